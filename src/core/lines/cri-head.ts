// What containerd, CRI-O and podman put before a program's line, as bytes: `TIME stdout|stderr F `. Under Kubernetes it
// stands before every line, so that lines of a known form are found behind it without making a text of them.

/** `0000-00-00T`, where 0 is any digit. */
const DATE = Buffer.from("0000-00-00T");
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const DELETE = 0x7f;
/** Longest time behind the `T` that `openCri` takes. */
const MAX_TIME_BYTES = 32;
/** Only whole lines: parts of one are joined first. */
const STREAMS = [Buffer.from(" stdout F "), Buffer.from(" stderr F ")];
const STREAM_BYTES = 10;

/**
 * Where the program's own text begins in the line at `start`; -1 when the line is not surely a whole one of that kind. It says
 * no to some that `openCri` takes (more tags than `F`, an empty text), never yes to others.
 */
export function criTextAt(bytes: Buffer, start: number): number {
  for (let i = 0; i < DATE.length; i += 1) {
    const byte = bytes[start + i] as number;
    if (DATE[i] === ZERO ? !(byte >= ZERO && byte <= NINE) : byte !== DATE[i]) return -1;
  }
  const time = start + DATE.length;
  let at = time;
  while ((bytes[at] as number) > SPACE && (bytes[at] as number) < DELETE) at += 1;
  if (at === time || at - time > MAX_TIME_BYTES || at + STREAM_BYTES > bytes.length) return -1;
  const text = at + STREAM_BYTES;
  return STREAMS.some((stream) => bytes.compare(stream, 0, STREAM_BYTES, at, text) === 0) ? text : -1;
}
