// A question to the running daemon, for the verbs that show what it does.

/** A daemon on this machine answers in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Characters of the daemon's reason that are shown. */
const MAX_REFUSAL_CHARS = 200;

export type Answer = { readonly body: unknown } | { readonly problem: string };

/**
 * Gets a path of the daemon's API.
 * @param url the daemon's address.
 * @returns the JSON, or a sentence for a person.
 */
export async function ask(url: URL, path: string): Promise<Answer> {
  const { origin } = url;
  let answer: Response;
  try {
    answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
  } catch {
    return { problem: `no daemon answers at ${origin}; is it running, or does it listen elsewhere (--url)?` };
  }
  if (answer.status === 404) return { problem: `the daemon at ${origin} says: ${await refusal(answer)}` };
  if (!answer.ok)
    return { problem: `the daemon at ${origin} answered ${answer.status} to a question for ${path}` };
  return { body: await answer.json() };
}

/** Whatever listens there may not be ours, so only our own form of a refusal is repeated. */
async function refusal(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => null)) as { readonly error?: unknown } | null;
  return typeof body?.error === "string" ? printable(body.error) : "not found";
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_REFUSAL_CHARS);
}
