// The trackers of all groups under one bound, and their rows in the database: one row a key, so that a commit writes the
// keys that were used and no others.

import { KeyTracker } from "./key-tracker.ts";
import type { TrackedKey } from "./tracked-key.ts";

/** Keys of all groups together, 10 MB, at most 35; beyond it the group with the most keys gives one up, its longest unseen. */
export const MAX_KEYS = 10_000;

/** A row of the database; null deletes it. */
export interface SavedKey {
  /** Rule, group and hash as JSON. */
  readonly id: string;
  readonly data: string | null;
}

/** A key and the group that it was seen in. */
export interface KeyOfGroup {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly key: TrackedKey;
}

interface Filed {
  readonly rule: string;
  /** The group's labels as JSON. */
  readonly group: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tracker: KeyTracker;
}

export class KeyBook {
  readonly #evicted: (rule: string) => void;
  readonly #filed = new Map<string, Filed>();
  readonly #orphans: string[] = [];
  #size = 0;

  /** @param evicted told of each key that gave way to another although it may still be used. */
  constructor(evicted: (rule: string) => void) {
    this.#evicted = evicted;
  }

  /** The tracker of a group that is opened. @param group its labels as JSON. */
  open(rule: string, group: string, labels: Filed["labels"]): KeyTracker {
    const tracker = new KeyTracker({
      makeRoom: () => {
        if (this.#size >= MAX_KEYS) this.#fullest()?.evict();
      },
      sized: (by) => {
        this.#size += by;
      },
      evicted: () => this.#evicted(rule),
    });
    this.#filed.set(idOf(rule, group), { rule, group, labels, tracker });
    return tracker;
  }

  /** Every key of every group, in no order. */
  *list(): Iterable<KeyOfGroup> {
    for (const { rule, labels, tracker } of this.#filed.values()) {
      for (const key of tracker.keys()) yield { rule, labels, key };
    }
  }

  /** How many keys of each rule are tracked. */
  sizes(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const { rule, tracker } of this.#filed.values()) {
      sizes.set(rule, (sizes.get(rule) ?? 0) + tracker.size);
    }
    return sizes;
  }

  /** The rows that changed since the last call, to be committed with the positions. */
  takeDirty(): SavedKey[] {
    const rows: SavedKey[] = this.#orphans.splice(0).map((id) => ({ id, data: null }));
    for (const { rule, group, tracker } of this.#filed.values()) {
      if (!tracker.dirty) continue;
      for (const { hash, data } of tracker.takeChanges()) {
        rows.push({ id: JSON.stringify([rule, group, hash]), data });
      }
    }
    return rows;
  }

  /** Takes back what `takeDirty` gave, once the groups are open. Keys of groups that are gone are forgotten. */
  restore(saved: Iterable<{ readonly id: string; readonly data: string }>): void {
    const byGroup = new Map<KeyTracker, string[]>();
    for (const { id, data } of saved) {
      const [rule = "", group = ""] = JSON.parse(id) as string[];
      const filed = this.#filed.get(idOf(rule, group));
      if (filed === undefined) this.#orphans.push(id);
      else {
        const rows = byGroup.get(filed.tracker);
        if (rows === undefined) byGroup.set(filed.tracker, [data]);
        else rows.push(data);
      }
    }
    for (const [tracker, rows] of byGroup) tracker.restore(rows);
  }

  /** Linear in the groups, at most some thousand, and asked only while the book is full. */
  #fullest(): KeyTracker | undefined {
    let fullest: KeyTracker | undefined;
    for (const { tracker } of this.#filed.values()) {
      if (tracker.size > (fullest?.size ?? 0)) fullest = tracker;
    }
    return fullest;
  }
}

function idOf(rule: string, group: string): string {
  return JSON.stringify([rule, group]);
}
