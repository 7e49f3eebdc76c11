// Keeps the page the one of now: asks the server every few seconds while somebody looks, and says so when it does not
// answer, so that nobody takes old numbers for new ones.

import { morph } from "./morph.ts";

/** How often the page is renewed, milliseconds. */
const RENEW_MS = 2000;
/** A server that does not answer is asked again ever more seldom, at most this often, milliseconds. */
const MOST_WAIT_MS = 15_000;
const PATIENCE_MS = 10_000;

/** @param renewed called after each renewal. */
export function live(renewed: () => void): void {
  let waitMs = RENEW_MS;
  let lostSince: Date | null = null;
  const turn = async (): Promise<void> => {
    // A page in the background costs nobody anything.
    if (!document.hidden) {
      if (await renew()) {
        waitMs = RENEW_MS;
        lostSince = null;
        tell(null);
        renewed();
      } else {
        waitMs = Math.min(waitMs * 2, MOST_WAIT_MS);
        tell((lostSince ??= new Date()));
      }
    }
    setTimeout(() => void turn(), waitMs);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void renew();
  });
  setTimeout(() => void turn(), waitMs);
}

async function renew(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(location.href, { signal, cache: "no-store", redirect: "error" });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["header", "main"]) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old === null || now === null) return false;
      morph(old, now);
    }
    document.title = fresh.title;
    return true;
  } catch {
    return false;
  }
}

function tell(lostSince: Date | null): void {
  const place = document.getElementById("connection");
  if (place === null) return;
  place.hidden = lostSince === null;
  if (lostSince === null) return;
  const words = `revokewatch has not answered since ${lostSince.toISOString().slice(11, 19)} UTC: these numbers are old.`;
  if (place.textContent !== words) place.textContent = words;
}
