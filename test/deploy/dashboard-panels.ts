// The Grafana dashboard as data: its panels and every expression that it asks Prometheus for.

import { readFileSync } from "node:fs";

export interface Target {
  readonly expr: string;
  readonly exemplar?: boolean;
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly Target[];
}

export interface Dashboard {
  readonly id: null;
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

export const dashboard: Dashboard = JSON.parse(
  readFileSync(new URL("../../deploy/grafana/dashboard.json", import.meta.url), "utf8"),
);

/** Expressions as Prometheus gets them: Grafana's own variables stand for a duration, the others for themselves. */
export function expressions(): readonly { readonly title: string; readonly expr: string }[] {
  const shown = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
  const marked = dashboard.annotations.list.map(({ expr }) => ({ title: "annotation", expr }));
  return [...shown, ...marked].map(({ title, expr }) => ({
    title,
    expr: expr.replaceAll("$__rate_interval", "5m"),
  }));
}
