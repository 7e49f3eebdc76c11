// Whether a regular expression repeats what repeats itself, as (a+)+ does: on a text that an attacker wrote into a log
// line, such an expression can run for longer than the machine lives.

/** One group that is being read, the whole expression being the outermost. */
interface Group {
  /** It holds a repetition without a bound. */
  repeats: boolean;
}

/** `*`, `+` and `{n,}`, lazy or not; `{n}` and `{n,m}` have a bound. */
const UNBOUNDED = /^(?:[*+]|\{\d+,\})/;
/** Parts that hold no group: an escape, a class with its escapes. */
const OPAQUE = /^(?:\\.|\[(?:\\.|[^\]\\])*\])/su;

/** True when a group that holds an unbounded repetition is itself repeated without a bound. */
export function nestsRepetition(source: string): boolean {
  const open: Group[] = [{ repeats: false }];
  for (let at = 0; at < source.length;) {
    const rest = source.slice(at);
    const opaque = OPAQUE.exec(rest);
    const group = open.at(-1) as Group;
    if (opaque !== null) {
      at += opaque[0].length;
    } else if (rest.startsWith("(")) {
      open.push({ repeats: false });
      at += 1;
    } else if (rest.startsWith(")") && open.length > 1) {
      open.pop();
      const outer = open.at(-1) as Group;
      if (group.repeats && UNBOUNDED.test(rest.slice(1))) return true;
      outer.repeats ||= group.repeats;
      at += 1;
    } else {
      group.repeats ||= UNBOUNDED.test(rest);
      at += 1;
    }
  }
  return false;
}
