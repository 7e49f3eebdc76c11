// What is counted about the daemon itself: its configuration, its state, its own log and its HTTP server.

import type { MetricSpecs } from "./spec.ts";

export const DAEMON = {
  build_info: {
    type: "gauge",
    labels: ["version", "revision", "node_version"],
    help: "Always 1; the labels tell what is running.",
  },
  config_last_reload_successful: {
    type: "gauge",
    labels: [],
    help: "1 when the last attempt to load the configuration succeeded, else 0.",
    absentUntilSet: true,
  },
  config_last_reload_success_timestamp_seconds: {
    type: "gauge",
    labels: [],
    help: "When the configuration was last loaded successfully.",
    absentUntilSet: true,
  },
  state_saves_total: { type: "counter", labels: ["outcome"], help: "Commits of the state, by outcome." },
  state_last_save_timestamp_seconds: {
    type: "gauge",
    labels: [],
    help: "When the state was last committed.",
    absentUntilSet: true,
  },
  heartbeat_last_success_timestamp_seconds: {
    type: "gauge",
    labels: [],
    help: "When the outside monitor last accepted a heartbeat.",
    absentUntilSet: true,
  },
  last_scrape_timestamp_seconds: {
    type: "gauge",
    labels: [],
    help: "When the metrics were last asked for, this time included.",
    absentUntilSet: true,
  },
  redactions_total: {
    type: "counter",
    labels: ["pattern"],
    help: "Secrets cut out of the daemon's own log, by pattern; above 0 points at a mistake.",
  },
  log_messages_total: { type: "counter", labels: ["level"], help: "Lines of the daemon's own log." },
  http_requests_total: {
    type: "counter",
    labels: ["handler", "code"],
    help: "HTTP requests answered, by handler and status code.",
  },
} as const satisfies MetricSpecs;
