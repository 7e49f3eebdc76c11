// What is counted about sources: lines, bytes, files and everything that is known or feared to be lost.

import type { MetricSpecs } from "./spec.ts";

export const READING = {
  log_lines_total: { type: "counter", labels: ["source"], help: "Log lines read." },
  log_read_bytes_total: { type: "counter", labels: ["source"], help: "Bytes of log read." },
  log_lines_rejected_total: {
    type: "counter",
    labels: ["source", "reason"],
    help: "Lines that looked like an event and were none, or were too long to be read, by reason.",
  },
  files: { type: "gauge", labels: ["source", "state"], help: "Files of a source by state." },
  file_unread_bytes: {
    type: "gauge",
    labels: ["source"],
    help: "Bytes that lie in the files of a source and are not read yet.",
  },
  file_rotations_total: {
    type: "counter",
    labels: ["source", "kind"],
    help: "Files found renamed, truncated, rewritten or deleted, by kind.",
  },
  file_lost_bytes_total: {
    type: "counter",
    labels: ["source", "reason"],
    help: "Bytes known not to have been read, by reason.",
  },
  file_gaps_total: {
    type: "counter",
    labels: ["source", "cause"],
    help: "Times that an unknown amount of log was not read, by cause.",
  },
  source_unseen_seconds_total: {
    type: "counter",
    labels: ["source"],
    help: "Time in which a source could not be read, was silent against its habit, or lost some of its log.",
  },
  last_line_timestamp_seconds: {
    type: "gauge",
    labels: ["source"],
    help: "When the newest line of a source was read, or the time that it tells when that is later.",
  },
  watch_degraded: {
    type: "gauge",
    labels: ["source"],
    help: "1 while the file system gives no hints and polling alone finds new lines, else 0.",
  },
} as const satisfies MetricSpecs;
