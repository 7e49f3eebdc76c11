// A question to the running daemon, for the verbs that show what it does.

import { DEFAULT_LISTEN } from "../http/server.ts";

export const DEFAULT_URL = `http://${DEFAULT_LISTEN.host}:${DEFAULT_LISTEN.port}`;

/** A daemon on this machine answers in milliseconds. */
const TIMEOUT_MS = 5_000;

export type Answer = { readonly body: unknown } | { readonly problem: string };

/**
 * Gets a path of the daemon's API.
 * @param url its address; anything but a text: the default one.
 * @returns the JSON, or a sentence for a person.
 */
export async function ask(url: unknown, path: string): Promise<Answer> {
  const base = typeof url === "string" ? url : DEFAULT_URL;
  if (!URL.canParse(path, base))
    return { problem: `--url takes an address such as ${DEFAULT_URL}, not ${base}` };
  let answer: Response;
  try {
    answer = await fetch(new URL(path, base), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
  } catch {
    return { problem: `no daemon answers at ${base}; is it running, or does it listen elsewhere (--url)?` };
  }
  if (answer.status === 404) return { problem: `the daemon at ${base} knows nothing of ${path}` };
  if (!answer.ok)
    return { problem: `the daemon at ${base} answered ${answer.status} to a question for ${path}` };
  return { body: await answer.json() };
}
