// The look of the backtest's page: the status page's, with charts.

export const STYLE = `
:root { color-scheme: light dark; --line: #8883; --dim: #666; --ground: #fff; --bar: #475569; --band: #3b82f62e; --usual: #2563eb;
  --warn: #b45309; --bad: #c62828; --mark: #f59e0b40; --badmark: #dc262638; --card: #8881; }
@media (prefers-color-scheme: dark) { :root { --dim: #a3a3a3; --ground: #121212; --bar: #cbd5e1; --band: #60a5fa33; --usual: #60a5fa;
  --warn: #fbbf24; --bad: #ff7b6e; --mark: #fbbf2440; --badmark: #ff6f6059; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 0; overflow-wrap: anywhere; }
p { margin: .3rem 0; }
a { color: inherit; }
:focus-visible { outline: 2px solid var(--usual); outline-offset: 2px; }
.dim { color: var(--dim); font-weight: 400; }
.warn { color: var(--warn); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem 1.2rem .3rem 0; text-align: left; white-space: nowrap; }
th { color: var(--dim); font-weight: 500; }
.number { font-variant-numeric: tabular-nums; text-align: right; }
details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
details:has(:target) { background: var(--card); }
:target { scroll-margin-top: 5rem; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0 .8rem; list-style: none; padding: .5rem .3rem; }
summary::-webkit-details-marker { display: none; }
summary::before { color: var(--dim); content: "\\25B8"; }
details[open] > summary::before { content: "\\25BE"; }
summary .at { min-width: 1.4em; }
summary .tone { min-width: 4.7em; }
summary .what { flex: 1 1 16rem; overflow-wrap: anywhere; }
.more { padding: 0 .3rem .8rem 1.6rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.chart { display: block; overflow: visible; }
.chart path { vector-effect: non-scaling-stroke; fill: none; }
.chart .grid { stroke: var(--line); }
.chart .axis { stroke: var(--dim); }
.chart .band, .key .band { fill: var(--band); }
.chart .bars, .key .bars { fill: var(--bar); }
.chart .usual { stroke: var(--usual); stroke-width: 1.5; }
.chart .threshold { stroke: var(--usual); stroke-dasharray: 5 4; stroke-width: 1.5; }
.key .usual { fill: var(--usual); }
.chart text { fill: var(--dim); font-size: 12px; font-variant-numeric: tabular-nums; }
.chart .value { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
.chart .time { text-anchor: middle; }
.chart .first { text-anchor: start; }
.mark rect, .key .mark { fill: var(--mark); }
.mark.critical rect, .key .critical { fill: var(--badmark); }
.chart .mark text { fill: var(--warn); font-weight: 600; text-anchor: middle; }
.chart .mark.critical text { fill: var(--bad); }
.mark:hover rect { stroke: var(--usual); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; margin: .5rem 0; padding: 0; }
.key svg { height: 12px; margin-right: .4rem; vertical-align: -1px; width: 16px; }
@media (max-width: 40rem) { .chart .minor { display: none; } body { padding: .8rem; } }
@media print { body { max-width: none; } details > .more { display: block; } }
`;
