// The lists of names, made ready to compare. Each list has a bit, and each node of a tree the bits of what it and what
// is below it may have: nearly all of a record is passed over without comparing a name.

import { reduceName } from "../lines/name.ts";
import { remembered } from "../lines/remembered.ts";
import * as names from "./names.ts";

export interface Name {
  readonly reduced: string;
  /** The steps of a dotted name; null for a plain one. */
  readonly path: readonly Step[] | null;
}

export interface Step {
  readonly reduced: string;
  /** This step and all after it as one name, lower-cased: `http.request.id`, `request.id`, `id`. */
  readonly rest: string;
}

function stepsOf(name: string): readonly Step[] {
  const steps = name.toLowerCase().split(".");
  return steps.map((step, i) => ({ reduced: reduceName(step), rest: steps.slice(i).join(".") }));
}

/** A list of names, best first. */
export interface Names {
  readonly list: readonly Name[];
  /** Whether `http.request_id` is a `request_id`. A `host.name` is no `name`. */
  readonly dotted: boolean;
  /** One bit, this list's alone. */
  readonly role: number;
}

/** The bit of every name with a dot in it: without one, no dotted name stands flat here. */
export const DOTTED_ROLE = 1 << 30;

const rolesByName = new Map<string, number>();
let lists = 0;

function namesOf(written: readonly string[], options: { readonly dotted: boolean }): Names {
  const role = 1 << lists;
  lists += 1;
  const list = written.map((name) => ({
    reduced: reduceName(name),
    path: name.includes(".") ? stepsOf(name) : null,
  }));
  for (const { reduced } of list) rolesByName.set(reduced, (rolesByName.get(reduced) ?? 0) | role);
  return { list, dotted: options.dotted, role };
}

export const REQUEST_IDS = namesOf(names.REQUEST_ID_NAMES, { dotted: true });
export const TRACE_IDS = namesOf(names.TRACE_ID_NAMES, { dotted: true });
export const KEYS = namesOf(names.KEY_NAMES, { dotted: true });
export const KEY_OWNERS = namesOf(names.KEY_OWNER_NAMES, { dotted: true });
export const DOC_URLS = namesOf(names.DOC_URL_NAMES, { dotted: true });
export const MESSAGES = namesOf(names.SHOWN_MESSAGE_NAMES, { dotted: true });
export const SERVICES = namesOf(names.SERVICE_NAMES, { dotted: false });
export const ROOT_SERVICES = namesOf(names.SERVICE_ROOT_NAMES, { dotted: false });
export const HOSTS = namesOf(names.HOST_NAMES, { dotted: false });

/** What a property's name says by itself. */
export interface KnownName {
  readonly reduced: string;
  /** Bits of the lists that have this name, or one whose last step it is. */
  readonly roles: number;
}

/** Longer than any logger's. */
const LONGEST_NAME = 128;

/** What a name says, remembered: it is asked for each property of each event. */
export const knownName: (name: string) => KnownName = remembered((name) => {
  const reduced = reduceName(name);
  return { reduced, roles: (rolesByName.get(reduced) ?? 0) | (name.includes(".") ? DOTTED_ROLE : 0) };
}, LONGEST_NAME);
