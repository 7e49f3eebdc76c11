// The options of a `file` source: what stands in the configuration, and what the source works with.

import * as v from "valibot";
import { durationOption, maxLineBytesOption, sizeOption } from "../measures.ts";

/** Endings that are never logs to follow: compressed rotations, editors' backups and swap files. */
export const DEFAULT_EXCLUDES: readonly string[] = [
  "*.gz",
  "*.bz2",
  "*.xz",
  "*.zst",
  "*.zip",
  "*~",
  ".*.sw?",
];

const pattern = v.pipe(v.string(), v.nonEmpty("expected a path or a glob, found an empty text"));

export const fileSchema = v.pipe(
  v.strictObject({
    paths: v.pipe(
      v.array(pattern),
      v.minLength(1, "expected at least one path or glob, found none"),
      v.description("Files to follow: literal paths, or globs with * ? [] {} and **."),
    ),
    exclude: v.optional(
      v.pipe(
        v.array(pattern),
        v.description(
          `Globs that are left out, on top of ${DEFAULT_EXCLUDES.join(" ")} (which a literal path overrides). Without a slash they are compared with the file's name, else with its path.`,
        ),
      ),
      [],
    ),
    rotated: v.optional(
      v.pipe(
        v.array(pattern),
        v.description(
          "Directories or globs where rotated files go when not beside the file (logrotate's olddir).",
        ),
      ),
      [],
    ),
    from: v.optional(
      v.pipe(
        v.picklist(["end", "beginning"]),
        v.description(
          "Where reading begins in files that exist at the first start ever. What appears later is read from its beginning.",
        ),
      ),
      "end",
    ),
    watch: v.optional(
      v.pipe(
        v.picklist(["auto", "off"]),
        v.description(
          "Hints from the file system (inotify) that shorten the delay; polling alone is always right.",
        ),
      ),
      "auto",
    ),
    poll: durationOption(
      "1s",
      10,
      "How often files are looked at, whatever the hints say; one that has been quiet for five seconds, in a directory whose hints come, every fifth time.",
    ),
    max_line_bytes: maxLineBytesOption(),
    max_open_files: v.optional(
      v.pipe(
        v.union([v.literal("auto"), v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(1_000_000))]),
        v.description(
          "Descriptors kept open; beyond that the least recently active files that are read to their end are closed and verified when they grow. auto: 1024, or half of the process's limit if that is less.",
        ),
      ),
      "auto",
    ),
    // A rotation of a busy log, and not a disk: what is kept alive longer has no name by which anyone could find it.
    max_pinned_bytes: sizeOption(
      "1GiB",
      2 ** 20,
      2 ** 50,
      "Disk space that deleted files may hold while they are kept open. Beyond it those read to their end are closed, then the oldest; what of them was unread is counted as lost.",
    ),
    rotate_quiet: durationOption(
      "30s",
      0,
      "How long a rotated or deleted file is kept open without growth, for writers that are slow to let go.",
    ),
  }),
  v.transform((options) => ({
    paths: options.paths,
    exclude: options.exclude,
    rotated: options.rotated,
    from: options.from,
    watch: options.watch,
    pollMs: options.poll,
    maxLineBytes: options.max_line_bytes,
    maxOpenFiles: options.max_open_files,
    maxPinnedBytes: options.max_pinned_bytes,
    rotateQuietMs: options.rotate_quiet,
  })),
  v.description("Files, followed over rotation, truncation and restarts."),
);

export type FileOptions = v.InferOutput<typeof fileSchema>;
