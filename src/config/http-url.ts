// Which addresses a receiver or the heartbeat may be pointed at: http and https, with a host and without a fragment.
// Everything finer (where the name leads when it is resolved) is asked at connect time, in receivers/address-guard.ts.

/** The parsed address, or why it is none. The text itself is not repeated in the reason: it may hold a secret. */
export function parseHttpUrl(text: string): { readonly url: URL } | { readonly reason: string } {
  const url = URL.parse(text);
  if (url === null) return { reason: "it is no URL" };
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { reason: `its scheme is ${url.protocol.slice(0, 20)} and not https: or http:` };
  }
  if (url.username !== "" || url.password !== "") {
    return { reason: "it carries a user name or password; give them as headers instead" };
  }
  return { url };
}

/** True for the text of a URL that a receiver may be pointed at; for valibot's `check`. */
export function isHttpUrl(text: string): boolean {
  return "url" in parseHttpUrl(text);
}
