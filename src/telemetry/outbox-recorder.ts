// Makes the facts of the outbox numbers and log lines.

import type { OutboxFacts } from "../outbox/facts.ts";
import type { Journal } from "./journal.ts";
import type { Metrics } from "./metrics.ts";

export function outboxRecorder(metrics: Metrics, journal: Journal): OutboxFacts {
  return {
    queued(receiver, kind) {
      metrics.count("notifications_total", { receiver, kind });
      journal.line("debug", "message_queued", { receiver, kind }, "Message queued");
    },
    attempted(receiver, outcome, durationMs, detail) {
      metrics.count("notification_attempts_total", { receiver, outcome });
      metrics.observe("notification_attempt_duration_seconds", { receiver }, durationMs / 1000);
      const fields = { receiver, outcome, duration_ms: Math.round(durationMs), detail };
      if (outcome === "ok") return journal.line("debug", "message_attempted", fields, "Message accepted");
      journal.limited(
        "warn",
        "message_attempted",
        `${receiver} ${outcome}`,
        fields,
        "Message was not accepted",
      );
    },
    delivered(receiver, kind, delayMs, incident) {
      metrics.count("notifications_delivered_total", { receiver, kind });
      metrics.observe("notification_delay_seconds", { receiver }, Math.max(0, delayMs) / 1000);
      const fields = { receiver, kind, incident, delay_seconds: Math.round(delayMs) / 1000 };
      journal.line("info", "message_delivered", fields, "Message delivered");
    },
    failed(receiver, reason, kind, content) {
      metrics.count("notifications_failed_total", { receiver, reason });
      journal.whole("error", "message_failed", { receiver, reason, kind, content }, "Message is given up");
    },
    filling(receiver, messages, bytes) {
      const fields = { receiver, messages, bytes };
      journal.line("warn", "outbox_filling", fields, "Four fifths of what may wait for this receiver wait");
    },
    unsaid(receiver, kind, incident) {
      const fields = { receiver, kind, incident };
      journal.line("warn", "message_unsaid", fields, "Message is not said yet and waits for the next start");
    },
    coalesced(receiver, kind) {
      journal.line("debug", "message_coalesced", { receiver, kind }, "Message merged into a newer one");
    },
    digested(receiver, kind, rule, incident, lead) {
      metrics.count("notifications_suppressed_total", { rule, reason: "flood" });
      journal.line(
        "info",
        "message_digested",
        { receiver, kind, incident, lead },
        "Message told in a digest",
      );
    },
    fallback(receiver, fallback, incident) {
      metrics.count("fallback_notifications_total", { receiver, fallback });
      journal.line("warn", "fallback_used", { receiver, fallback, incident }, "Message goes to the fallback");
    },
    circuit(receiver, open) {
      // The gauge is a view of the outbox, so that it is right after a restart too.
      const message = open
        ? "Receiver keeps failing and is left alone for a while"
        : "Receiver accepts again";
      journal.line(open ? "error" : "info", "receiver_circuit", { receiver, open }, message);
    },
  };
}
