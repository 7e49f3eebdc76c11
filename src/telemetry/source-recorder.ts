// Makes the facts of the sources numbers and log lines.

import type { SourceFacts } from "../sources/source.ts";
import type { Journal } from "./journal.ts";
import type { Metrics } from "./metrics.ts";

export function sourceRecorder(metrics: Metrics, journal: Journal): SourceFacts {
  return {
    fileOpened(source, path, offset) {
      journal.line("info", "file_opened", { source, path, offset }, "File is read");
    },
    fileClosed(source, path) {
      journal.line("info", "file_closed", { source, path }, "File is done");
    },
    fileRotated(source, path, kind) {
      metrics.count("file_rotations_total", { source, kind });
      journal.line("info", "file_rotated", { source, path, kind }, "File was rotated");
    },
    fileFailed(source, path, code, action) {
      const fields = { source, path, code, action };
      const kind = `${source} ${path} ${code} ${action}`;
      journal.limited("error", "file_failed", kind, fields, `Cannot ${action} a log file, trying again`);
    },
    fileMissing(source, path) {
      journal.limited("warn", "file_missing", `${source} ${path}`, { source, path }, "File is not there yet");
    },
    bytesLost(source, path, bytes, reason) {
      metrics.count("file_lost_bytes_total", { source, reason }, bytes);
      const kind = `${source} ${path} ${reason}`;
      journal.limited("error", "bytes_lost", kind, { source, path, bytes, reason }, "Log was not read");
    },
    gap(source, path, cause, detail) {
      metrics.count("file_gaps_total", { source, cause });
      const fields = { source, path, cause, detail };
      journal.limited(
        "error",
        "gap",
        `${source} ${path} ${cause}`,
        fields,
        "An unknown amount of log was not read",
      );
    },
    lineTooLong(source, path, bytes) {
      metrics.count("log_lines_rejected_total", { source, reason: "too_long" });
      journal.limited(
        "warn",
        "line_too_long",
        source,
        { source, path, bytes },
        "Line over max_line_bytes skipped",
      );
    },
    watchDegraded(source, degraded, code, remedy) {
      metrics.set("watch_degraded", { source }, degraded ? 1 : 0);
      const message = degraded ? "File hints are off, polling alone goes on" : "File hints are back";
      journal.line(degraded ? "warn" : "info", "watch_degraded", { source, code, remedy }, message);
    },
  };
}
