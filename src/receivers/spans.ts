// The pieces of a line before a medium renders it. A span says what a piece is, not how it looks, so that no medium has
// to take markup apart again.

/** One piece. */
export type Span =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  /** A value to be copied: an id, a key, a service, a command. */
  | { readonly kind: "code"; readonly text: string }
  /** A moment, milliseconds since the epoch; `sameDay` when the line has named its day already. */
  | { readonly kind: "time"; readonly atMs: number; readonly sameDay?: boolean }
  | { readonly kind: "link"; readonly url: string; readonly text: string };

/** Pieces that follow one another on a line. */
export type Line = readonly Span[];

/** Words. */
export const text = (value: string): Span => ({ kind: "text", text: value });
/** Words that stand out. */
export const strong = (value: string): Span => ({ kind: "strong", text: value });
/** A value to be copied. */
export const code = (value: string): Span => ({ kind: "code", text: value });
/**
 * @param rfc3339 a time as transitions carry it.
 * @param after the time that the line names before it.
 */
export const time = (rfc3339: string, after?: string): Span => {
  const day = "2026-05-25".length;
  return { kind: "time", atMs: Date.parse(rfc3339), sameDay: rfc3339.slice(0, day) === after?.slice(0, day) };
};
/** A line of plain words. */
export const words = (value: string): Line => [text(value)];

/** `2026-05-25 12:34:56 UTC`, or the time alone, for media that know no reader's time zone. */
export function utc(atMs: number, sameDay = false): string {
  if (!Number.isFinite(atMs)) return "unknown time";
  const [day, rest = ""] = new Date(atMs).toISOString().split("T");
  const clock = `${rest.slice(0, "12:34:56".length)} UTC`;
  return sameDay ? clock : `${day} ${clock}`;
}

/** The line as plain text; links show their address in brackets. */
export function plain(line: Line): string {
  return line
    .map((span) => {
      if (span.kind === "time") return utc(span.atMs, span.sameDay);
      return span.kind === "link" ? `${span.text} (${span.url})` : span.text;
    })
    .join("");
}

/** Spans of several values with a separator between them. */
export function join(lines: readonly Line[], separator: string): Line {
  return lines.flatMap((line, i) => (i === 0 ? line : [text(separator), ...line]));
}
