// Remembers what was made of a text, for texts that come again and again: names of properties, services, messages. Log
// schemas have some hundreds of them; hostile lines may have any number, so that the memory starts anew when it is full.

/** Texts of one memory, unless its owner says otherwise; with all that is made of them some 500 KB at the most. */
const MOST = 4096;

/**
 * The same function with a memory.
 * @param make gives the same for the same text, always.
 * @param longest characters of a text that is worth remembering.
 * @param most texts that are remembered at a time.
 */
export function remembered<T>(make: (text: string) => T, longest: number, most = MOST): (text: string) => T {
  const memory = new Map<string, T>();
  return (text) => {
    const known = memory.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > longest) return made;
    if (memory.size >= most) memory.clear();
    memory.set(text, made);
    return made;
  };
}
