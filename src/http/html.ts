// HTML in which everything is text unless it was written here: values put into the template are escaped, always.

/** A piece of markup that `html` made; the only thing that goes into a template unescaped. */
export class Markup {
  readonly source: string;

  /** @param source markup written in this program, never text from outside. */
  constructor(source: string) {
    this.source = source;
  }
}

export type Insert = string | number | Markup | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Controls and the marks that turn the direction of text, which could make a page say what it does not. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Markup with escaped inserts.
 * @example html`<td>${"<b>"}</td>`.source === "<td>&lt;b&gt;</td>"
 */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let source = parts[0] ?? "";
  for (const [index, insert] of inserts.entries()) source += written(insert) + (parts[index + 1] ?? "");
  return new Markup(source);
}

function written(insert: Insert): string {
  if (insert instanceof Markup) return insert.source;
  if (typeof insert === "object") return insert.map((markup) => markup.source).join("");
  return String(insert)
    .replace(UNSAFE, "\ufffd")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
}
