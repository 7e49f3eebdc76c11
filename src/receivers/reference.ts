// What a receiver left with the outbox for the incident's next message. It comes back from a database that may be older
// than this program, so nothing is taken for granted about it.

/** The fields of a reference, none when there is no reference or it is not ours. */
export function referenceFields(reference: string | null): Readonly<Record<string, unknown>> {
  if (reference === null) return {};
  try {
    const parsed: unknown = JSON.parse(reference);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
