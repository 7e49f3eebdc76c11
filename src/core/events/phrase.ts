// Whether a text says a phrase: as a whole word, and not as a piece of an address.

const WORD = /[\p{L}\p{N}_]/u;
/** A word longer than this on one side is no address anyone wrote; the bound keeps hostile text linear. */
const MAX_TOKEN_SIDE = 2048;
const TOKEN_BREAK = /[\s"'`<>()[\]{}|,;]/;
/** `https://…`, `docs.example.com/…`, `/reference/…`, with or without `key=` before it. */
const ADDRESS = /(?:[a-z][a-z\d+.-]*:\/\/)|^(?:[\w-]+=)?(?:\/|[\w-]+(?:\.[\w-]+)+\/)/i;

/** The text of the token before `end`, which tells an address. */
function tokenBefore(text: string, end: number): string {
  let start = end;
  const stop = Math.max(0, end - MAX_TOKEN_SIDE);
  while (start > stop && !TOKEN_BREAK.test(text[start - 1] as string)) start -= 1;
  return text.slice(start, end);
}

function isWord(text: string, at: number): boolean {
  const character = text[at];
  return character !== undefined && WORD.test(character);
}

/** Occurrences that are looked at in one text: one that repeats the phrase inside addresses is cut short here. */
const MAX_OCCURRENCES = 1000;

/** Whether `text` holds `phrase` between characters that are no letter, digit or underscore, outside of addresses. */
export function saysPhrase(text: string, phrase: string): boolean {
  let at = text.indexOf(phrase);
  for (let seen = 0; at !== -1 && seen < MAX_OCCURRENCES; seen += 1) {
    const end = at + phrase.length;
    const whole = !isWord(text, at - 1) && !isWord(text, end);
    if (whole && !ADDRESS.test(tokenBefore(text, at))) return true;
    at = text.indexOf(phrase, end);
  }
  return false;
}
