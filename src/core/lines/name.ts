// Loggers write one name in many ways: `errorCode`, `error_code`, `http.error-code`. Reduced names compare equal.

/** Log schemas have some hundreds of names; hostile lines may have any number, so the memory starts anew when full. */
const MAX_REMEMBERED_NAMES = 4096;
const remembered = new Map<string, string>();

/** The name after its last dot, lower-cased, letters and digits only: `error.errorCode` is `errorcode`. */
export function reduceName(name: string): string {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const reduced = name
    .slice(name.lastIndexOf(".") + 1)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  if (remembered.size >= MAX_REMEMBERED_NAMES) remembered.clear();
  // A name of a megabyte is not worth remembering; 128 is longer than any logger's.
  if (name.length <= 128) remembered.set(name, reduced);
  return reduced;
}
