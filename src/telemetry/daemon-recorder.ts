// The things that can happen to the daemon itself, by name, and the recorder that makes them numbers and log lines.

import type { Journal } from "./journal.ts";
import type { Metrics } from "./metrics.ts";

export interface DaemonFacts {
  /** All rules were evaluated. */
  evaluated(rules: readonly string[], nowMs: number): void;
  /** The state was committed. */
  stateSaved(nowMs: number): void;
  /** A commit failed and will be tried again; `detail` without secrets. */
  stateSaveFailed(detail: string): void;
  /** The configuration was loaded, at the start or by a reload. */
  configLoaded(nowMs: number): void;
  /** A reload was refused and the old configuration goes on; one finding each, with its place. */
  configRefused(findings: readonly string[]): void;
  /** A file in silences.d cannot be used. */
  silenceFileRefused(file: string, finding: string): void;
  /** A receiver was asked whether a delivery would be possible. */
  receiverChecked(receiver: string, ok: boolean, detail: string): void;
  /** The signs under a receiver's messages cannot be read until a person mends it. */
  reactionsUnreadable(receiver: string, detail: string): void;
  /** A look at a message or an edit of it failed; the next one comes soon. */
  upkeepFailed(receiver: string, detail: string): void;
  /** The outside monitor accepted a heartbeat. */
  heartbeatSent(nowMs: number): void;
  heartbeatFailed(detail: string): void;
  /** An HTTP request was answered; `handler` from the closed list of routes. */
  requestAnswered(handler: string, code: number): void;
}

export function daemonRecorder(metrics: Metrics, journal: Journal): DaemonFacts {
  return {
    evaluated(rules, nowMs) {
      for (const rule of rules) metrics.count("evaluations_total", { rule });
      metrics.set("last_evaluation_timestamp_seconds", {}, nowMs / 1000);
    },
    stateSaved(nowMs) {
      metrics.count("state_saves_total", { outcome: "ok" });
      metrics.set("state_last_save_timestamp_seconds", {}, nowMs / 1000);
    },
    stateSaveFailed(detail) {
      metrics.count("state_saves_total", { outcome: "error" });
      journal.limited(
        "error",
        "state_save_failed",
        "",
        { detail },
        "State could not be saved, going on from memory",
      );
    },
    configLoaded(nowMs) {
      metrics.set("config_last_reload_successful", {}, 1);
      metrics.set("config_last_reload_success_timestamp_seconds", {}, nowMs / 1000);
      journal.line("info", "config_loaded", {}, "Configuration loaded");
    },
    configRefused(findings) {
      metrics.set("config_last_reload_successful", {}, 0);
      for (const finding of findings) {
        journal.line("error", "config_refused", { finding }, "Configuration refused, the old one stays");
      }
    },
    silenceFileRefused(file, finding) {
      journal.line(
        "error",
        "silence_file_refused",
        { file, finding },
        "Silence file cannot be used, left out",
      );
    },
    receiverChecked(receiver, ok, detail) {
      // The gauge is a view, so that a receiver that is gone leaves no number behind.
      const message = ok ? "Receiver could deliver" : "Receiver could not deliver";
      journal.line(ok ? "debug" : "warn", "receiver_checked", { receiver, ok, detail }, message);
    },
    reactionsUnreadable(receiver, detail) {
      const message = "Reactions cannot be read: acknowledge by command or HTTP";
      journal.line("warn", "reactions_unreadable", { receiver, detail }, message);
    },
    upkeepFailed(receiver, detail) {
      journal.limited(
        "warn",
        "upkeep_failed",
        receiver,
        { receiver, detail },
        "A message was not kept up to date",
      );
    },
    heartbeatSent(nowMs) {
      metrics.set("heartbeat_last_success_timestamp_seconds", {}, nowMs / 1000);
    },
    heartbeatFailed(detail) {
      journal.limited("warn", "heartbeat_failed", "", { detail }, "Heartbeat was not accepted");
    },
    requestAnswered(handler, code) {
      metrics.count("http_requests_total", { handler, code: String(code) });
      journal.line("trace", "request_answered", { handler, code }, "HTTP request answered");
    },
  };
}
