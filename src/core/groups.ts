// Every group of every rule: found by its labels, opened with its first event, bounded in number, saved and restored.

import { abandonedIncident, ruleGone } from "./abandoned.ts";
import type { CoreFacts } from "./facts.ts";
import { Group, type GroupView } from "./incidents/group.ts";
import type { GroupRule } from "./incidents/group-setup.ts";
import { covers, MAX_LISTED } from "./incidents/inhibition.ts";
import type { KeyUsed } from "./incidents/key-notices.ts";
import type { KeyBook } from "./keys/key-book.ts";
import type { Silences } from "./incidents/silences.ts";
import type { EndedAs } from "./incidents/incident.ts";
import type { IncidentName, IncidentView, InhibitedView, Transition } from "./incidents/transition.ts";

/**
 * Groups of one rule. Each of a group's detectors costs at most 64 KiB saved; in memory a group takes 41 KiB while little
 * happens and 305 KiB in a rise of 400 keys. A thousand services is more than one host runs, and a hostile log that invents
 * services cannot take more than this.
 */
export const MAX_GROUPS = 1000;
/** The value of every label of the group that takes what found no room. */
export const OVERFLOW = "other";
/** A group's saved state: opaque to everyone but this room. */
export interface SavedGroup {
  readonly rule: string;
  /** Its labels as JSON with the keys in the order of `group_by`. */
  readonly group: string;
  readonly snapshot: Uint8Array;
  readonly eventsTotal: number;
}

/** One group as `status` and the metrics show it. */
export interface GroupReading extends GroupView {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly eventsTotal: number;
}

export interface GroupsSetup {
  readonly rules: readonly (GroupRule & { readonly groupBy: readonly string[] })[];
  /** Keyed hash of a text, hex, at least 20 digits. */
  readonly digest: (text: string) => string;
  readonly facts: CoreFacts;
  readonly silences: Silences;
  readonly keys: KeyBook;
  readonly summarises: boolean;
}

/** Labels in the order of the rule's `group_by`. */
type Labels = readonly (readonly [name: string, value: string])[];

interface RuleGroups {
  readonly rule: GroupRule;
  /** By labels as JSON. */
  readonly groups: Map<string, Group>;
  /** The same by their values alone, which costs each event less. What is folded into `other` is not in here. */
  readonly byValues: Map<string, Group>;
}

export class Groups {
  readonly #setup: GroupsSetup;
  readonly #byRule: ReadonlyMap<string, RuleGroups>;
  /** Where each group is filed, so that a dirty one can be named when it is saved. */
  readonly #filed = new Map<Group, { readonly rule: string; readonly key: string }>();
  readonly #dirty = new Set<Group>();
  #gone: Pick<SavedGroup, "rule" | "group">[] = [];
  /** Rules with the rules that inhibit them. */
  readonly #inhibitors: ReadonlyMap<string, GroupsSetup["rules"]>;
  /** Some rule inhibits another; in most configurations none does. */
  readonly #ordered: boolean;

  constructor(setup: GroupsSetup) {
    this.#setup = setup;
    this.#inhibitors = new Map(
      setup.rules.map(({ name }) => [name, setup.rules.filter(({ inhibits }) => inhibits?.includes(name))]),
    );
    this.#ordered = setup.rules.some(({ inhibits = [] }) => inhibits.length > 0);
    this.#byRule = new Map(
      setup.rules.map((rule) => [rule.name, { rule, groups: new Map(), byValues: new Map() }]),
    );
  }

  /**
   * The group with these labels, opened when there is none; the group `other` when there is no room for it.
   * @param watchedSince asked only for a group that is opened.
   */
  of(ruleName: string, labels: Labels, watchedSince: () => number | null): Group {
    const filed = this.#byRule.get(ruleName);
    if (filed === undefined) throw new RangeError(`no rule named ${ruleName}`);
    const values = valuesOf(labels);
    const seen = filed.byValues.get(values);
    if (seen !== undefined) return seen;
    const { rule, groups } = filed;
    const key = keyOf(Object.fromEntries(labels));
    const known =
      groups.get(key) ?? (groups.size < MAX_GROUPS ? this.#open(rule, key, watchedSince()) : null);
    if (known !== null) {
      filed.byValues.set(values, known);
      return known;
    }
    this.#setup.facts.groupOverflow(ruleName);
    const overflow = keyOf(Object.fromEntries(labels.map(([name]) => [name, OVERFLOW])));
    return groups.get(overflow) ?? this.#open(rule, overflow, watchedSince());
  }

  /** The group with these labels, when it was ever opened. */
  find(ruleName: string, labels: Readonly<Record<string, string>>): Group | undefined {
    return this.#byRule.get(ruleName)?.groups.get(keyOf(labels));
  }

  /** Those of rules that inhibit others come first, so that what they stand for need not be told. */
  inOrder(groups: Iterable<Group>): Iterable<Group> {
    if (!this.#ordered) return groups;
    const inhibits = (group: Group): number => ((group.rule.inhibits?.length ?? 0) > 0 ? 0 : 1);
    return [...groups].sort((a, b) => inhibits(a) - inhibits(b));
  }

  all(): IterableIterator<Group> {
    return this.#filed.keys();
  }

  /** The group has changed and belongs into the next commit. */
  touch(group: Group): void {
    this.#dirty.add(group);
  }

  /** The first group that takes what it is offered belongs into the next commit. @returns null when none takes it. */
  touchFirst(takes: (group: Group) => boolean): Group | null {
    for (const group of this.all()) {
      if (!takes(group)) continue;
      this.touch(group);
      return group;
    }
    return null;
  }

  takeDirty(): SavedGroup[] {
    const saved = [...this.#dirty].flatMap((group) => this.#save(group));
    this.#dirty.clear();
    return saved;
  }

  /**
   * Takes back what `takeDirty` gave. A group whose rule is gone or groups otherwise now is forgotten.
   * @returns the ends of incidents that nobody watches any more.
   */
  restore(saved: Iterable<SavedGroup>, nowMs: number): Transition[] {
    return [...saved].flatMap((row) => {
      const rule = this.#setup.rules.find(({ name }) => name === row.rule);
      if (rule === undefined) return this.#abandon(ruleGone(row.rule), row, "rule_removed", nowMs);
      const labels = Object.keys(JSON.parse(row.group) as object);
      if (JSON.stringify(labels) !== JSON.stringify(rule.groupBy)) {
        return this.#abandon(rule, row, "rule_changed", nowMs);
      }
      const group = this.#open(rule, row.group, null);
      const problem = group.restore(row.snapshot, nowMs);
      if (problem === null) return [];
      this.#setup.facts.groupStateDropped(row.rule, problem);
      this.touch(group);
      return group.flush(nowMs, true);
    });
  }

  /** Every key of the book with its group. */
  *keysUsed(book: KeyBook): Iterable<KeyUsed> {
    for (const { rule, labels, key } of book.list()) {
      const group = this.find(rule, labels);
      if (group !== undefined) yield { rule, group, key };
    }
  }

  /** The groups that were forgotten since the last call, to be deleted with the next commit. */
  takeGone(): readonly Pick<SavedGroup, "rule" | "group">[] {
    const gone = this.#gone;
    this.#gone = [];
    return gone;
  }

  *readings(): Generator<GroupReading> {
    for (const [group, { rule }] of this.#filed) {
      yield { ...group.reading(), rule, labels: group.labels, eventsTotal: group.eventsTotal };
    }
  }

  openIncidents(): IncidentView[] {
    return [...this.all()].flatMap((group) => group.openIncident ?? []);
  }

  requestIdsOf(incident: string): string[] {
    for (const group of this.all()) {
      const ids = group.requestIdsOf(incident);
      if (ids !== null) return ids;
    }
    return [];
  }

  #open(rule: GroupRule, key: string, watchedSinceMs: number | null): Group {
    const { digest, facts, silences, summarises } = this.#setup;
    const labels: Record<string, string> = JSON.parse(key) as Record<string, string>;
    const keys = this.#setup.keys.open(rule.name, key, labels);
    const neighbours = {
      inhibitor: () => this.#inhibitorOf(rule.name, labels),
      inhibited: () => this.#inhibitedBy(rule, labels),
    };
    const given = { rule, labels, digest, facts, silences, neighbours, keys, summarises, watchedSinceMs };
    const group = new Group(given);
    this.#byRule.get(rule.name)?.groups.set(key, group);
    this.#filed.set(group, { rule: rule.name, key });
    return group;
  }

  /** A wide incident that people were told of, and that nothing holds back itself. */
  #inhibitorOf(ruleName: string, labels: Readonly<Record<string, string>>): IncidentName | null {
    for (const { name, groupBy } of this.#inhibitors.get(ruleName) ?? []) {
      const wide = Object.fromEntries(groupBy.map((label) => [label, labels[label] ?? ""]));
      const told = this.find(name, wide)?.watch.toldIncident ?? null;
      if (told !== null) return told;
    }
    return null;
  }

  #inhibitedBy({ inhibits = [] }: GroupRule, labels: Readonly<Record<string, string>>): InhibitedView[] {
    const narrow = inhibits.flatMap((name) => [...(this.#byRule.get(name)?.groups.values() ?? [])]);
    return narrow
      .flatMap((group) => (covers(labels, group.labels) ? (group.watch.inhibitedIncident ?? []) : []))
      .toSorted((a, b) => b.total - a.total)
      .slice(0, MAX_LISTED);
  }

  #abandon(rule: GroupRule, row: SavedGroup, why: EndedAs, nowMs: number): Transition[] {
    this.#gone.push({ rule: row.rule, group: row.group });
    return abandonedIncident({ ...this.#setup, rule, row, why, nowMs });
  }

  #save(group: Group): SavedGroup[] {
    const filed = this.#filed.get(group);
    if (filed === undefined) return [];
    const { rule, key } = filed;
    return [{ rule, group: key, snapshot: group.snapshot(), eventsTotal: group.eventsTotal }];
  }
}

/** Tells the groups of one rule apart. */
function valuesOf(labels: Labels): string {
  return labels.length === 1 ? (labels[0]?.[1] ?? "") : JSON.stringify(labels);
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(labels);
}
