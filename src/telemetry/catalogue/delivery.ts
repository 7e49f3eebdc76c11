// What is counted about messages on their way to the receivers.

import type { MetricSpecs } from "./spec.ts";

/** A hand-over takes tens of milliseconds when all is well and ends at the time-outs, 30 s at most. */
const ATTEMPT_BUCKETS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Up to an hour: buckets that end at 20 s cannot tell a late alert from a lost one. */
const DELAY_BUCKETS_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

export const DELIVERY = {
  notifications_total: {
    type: "counter",
    labels: ["receiver", "kind"],
    help: "Messages accepted into the outbox.",
  },
  notifications_delivered_total: {
    type: "counter",
    labels: ["receiver", "kind"],
    help: "Messages that a receiver accepted.",
  },
  notifications_failed_total: {
    type: "counter",
    labels: ["receiver", "reason"],
    help: "Messages given up for good, by reason.",
  },
  notification_attempts_total: {
    type: "counter",
    labels: ["receiver", "outcome"],
    help: "Attempts to hand a message over, by outcome.",
  },
  notification_attempt_duration_seconds: {
    type: "histogram",
    labels: ["receiver"],
    help: "Duration of an attempt to hand a message over.",
    buckets: ATTEMPT_BUCKETS_SECONDS,
  },
  notification_delay_seconds: {
    type: "histogram",
    labels: ["receiver"],
    help: "Time from a transition to its acceptance by a receiver.",
    buckets: DELAY_BUCKETS_SECONDS,
  },
  outbox_messages: { type: "gauge", labels: ["receiver"], help: "Messages waiting for a receiver." },
  outbox_oldest_message_timestamp_seconds: {
    type: "gauge",
    labels: ["receiver"],
    help: "When the oldest waiting message was put into the outbox; absent while none waits.",
  },
  dead_letters: {
    type: "gauge",
    labels: ["receiver"],
    help: "Messages given up and kept for a person to look at.",
  },
  receiver_circuit_open: {
    type: "gauge",
    labels: ["receiver"],
    help: "1 while a receiver is left alone after repeated failures, else 0.",
  },
  receiver_last_success_timestamp_seconds: {
    type: "gauge",
    labels: ["receiver"],
    help: "When a receiver last accepted a message; absent before the first.",
  },
  receiver_last_check_success: {
    type: "gauge",
    labels: ["receiver"],
    help: "1 when the last hourly check found that the receiver could deliver, else 0; absent before the first.",
  },
  fallback_notifications_total: {
    type: "counter",
    labels: ["receiver", "fallback"],
    help: "Messages sent through the fallback of a receiver.",
  },
} as const satisfies MetricSpecs;
