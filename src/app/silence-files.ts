// Silences dropped in as files: one file, one silence; taking the file away ends it. A file that cannot be used is told of
// once and left out, so that a slip in one rotation script does not take another's silence away.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatFinding, type Problem } from "../config/finding.ts";
import { loadConfig } from "../config/load.ts";
import { isMapping } from "../config/shape.ts";
import type { SilenceSpec } from "../core/incidents/silence.ts";
import { unknownLabel } from "../settings/silence-labels.ts";
import { silenceSchema } from "../settings/silences.ts";

/** Files looked at, by name; a folder with more is no folder of rotations. */
const MAX_FILES = 256;
const NAME = /^[^.].*\.ya?ml$/;
/** Write bits of group and others: what anyone may write would let anyone silence alerts. */
const OTHERS_WRITE = 0o022;

interface Known {
  /** Changes whenever the file may have. */
  readonly stamp: string;
  readonly spec: SilenceSpec | null;
}

export class SilenceFiles {
  readonly #directory: string;
  readonly #labels: readonly string[];
  readonly #refused: (file: string, finding: string) => void;
  #known = new Map<string, Known>();
  #toldOpen = false;
  #toldMany = false;

  /**
   * @param directory need not exist.
   * @param labels that a matcher may speak of.
   * @param refused told once of each finding, as long as the file stays as it is.
   */
  constructor(
    directory: string,
    labels: readonly string[],
    refused: (file: string, finding: string) => void,
  ) {
    this.#directory = directory;
    this.#labels = labels;
    this.#refused = refused;
  }

  /** The silences of now. */
  get specs(): readonly SilenceSpec[] {
    return [...this.#known.values()].flatMap(({ spec }) => spec ?? []);
  }

  /** Looks at the folder. @returns whether anything changed. */
  async look(): Promise<boolean> {
    if (!(await this.#trusted())) {
      const changed = this.#known.size > 0;
      this.#known = new Map();
      return changed;
    }
    const names = await this.#names();
    const before = this.#known;
    const now = new Map<string, Known>();
    for (const name of names) {
      const path = join(this.#directory, name);
      const found = await stat(path, { bigint: true }).catch(() => null);
      // A pipe or a device would be waited for until for ever.
      if (found === null || !found.isFile()) continue;
      const stamp = [found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode].join(" ");
      const known = before.get(name);
      if (known?.stamp === stamp) now.set(name, known);
      else now.set(name, { stamp, spec: await this.#read(path, name, Number(found.mode)) });
    }
    this.#known = now;
    return before.size !== now.size || [...now].some(([name, known]) => before.get(name) !== known);
  }

  /** The files that are looked at, in the order of their names. */
  async #names(): Promise<readonly string[]> {
    const all = await readdir(this.#directory).catch(() => []);
    const names = all.filter((name) => NAME.test(name)).toSorted();
    const many = names.length > MAX_FILES;
    if (many && !this.#toldMany) {
      const finding = `expected at most ${MAX_FILES} files of silences, found ${names.length}: none from ${names[MAX_FILES]} on is used`;
      this.#refused(this.#directory, finding);
    }
    this.#toldMany = many;
    return names.slice(0, MAX_FILES);
  }

  /** Whoever can put a file here can silence every alert. Links are followed: a ConfigMap is mounted as links. */
  async #trusted(): Promise<boolean> {
    const { mode } = await stat(this.#directory).catch(() => ({ mode: 0 }));
    const open = (mode & OTHERS_WRITE) !== 0;
    if (open && !this.#toldOpen) {
      const finding =
        "expected a folder that only its owner can write (mode 0755 or 0700), found another mode: none of its files is used";
      this.#refused(this.#directory, finding);
    }
    this.#toldOpen = open;
    return !open;
  }

  async #read(path: string, name: string, mode: number): Promise<SilenceSpec | null> {
    if ((mode & OTHERS_WRITE) !== 0) {
      this.#refused(
        path,
        "expected a file that only its owner can write (mode 0644 or 0600), found another mode",
      );
      return null;
    }
    const court = { schema: silenceSchema, checks: (value: unknown) => this.#labelProblems(value), env: {} };
    const { value, findings } = await loadConfig(path, this.#directory, court, (document) => document);
    for (const finding of findings) this.#refused(path, formatFinding(finding));
    return value === null ? null : { ...value, id: `file:${name}` };
  }

  #labelProblems(value: unknown): readonly Problem[] {
    const match = isMapping(value) ? value["match"] : undefined;
    if (!Array.isArray(match)) return [];
    return match.flatMap((text: unknown, m): readonly Problem[] => {
      const message = typeof text === "string" ? unknownLabel(text, this.#labels) : null;
      return message === null ? [] : [{ severity: "error", place: ["match", m], at: "value", message }];
    });
  }
}
