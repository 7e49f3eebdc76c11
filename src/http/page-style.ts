// The look of the status page: readable on a phone and at night, nothing loaded from anywhere.

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #767676; --bad: #c62828; --good: #2e7d32; --warn: #b26a00; }
@media (prefers-color-scheme: dark) { :root { --dim: #9a9a9a; --bad: #ff6f60; --good: #66bb6a; --warn: #ffb74d; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
p { margin: .2rem 0; }
.dim { color: var(--dim); }
.bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
.good { color: var(--good); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: top; }
th { color: var(--dim); font-weight: 500; }
td.number, th.number { font-variant-numeric: tabular-nums; text-align: right; }
/* Only a word that is longer than this is broken: a short id or a state stays whole, and a narrow screen scrolls. */
td { max-width: 22rem; overflow-wrap: break-word; }
@media (max-width: 40rem) { td { max-width: 11rem; } }
`;
