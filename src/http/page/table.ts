// A table with its heading, bounded in its rows.

import { type Markup, html } from "../html.ts";
import type { Insert } from "../html.ts";

/** Rows of one table; above it the page says how many more there are. */
const MAX_ROWS = 200;

interface Table {
  /** Anchor, and by which the browser finds it again when the page is renewed. */
  readonly id: string;
  readonly heading: string;
  /** A column whose name ends in # holds numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Insert[])[];
  /** What is said instead of an empty table. */
  readonly none: string;
}

export function table({ id, heading, columns, rows, none }: Table): Markup {
  if (rows.length === 0) {
    return html`<section id="${id}" aria-labelledby="${id}-heading">
      <h2 id="${id}-heading">${heading}</h2>
      <p class="dim">${none}</p>
    </section>`;
  }
  const kinds = columns.map((column) => (column.endsWith("#") ? "number" : "text"));
  const heads = columns.map(
    (name, at) => html`<th scope="col" class="${kinds[at] ?? ""}">${name.replace("#", "")}</th>`,
  );
  const body = rows.slice(0, MAX_ROWS).map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, at) => html`<td class="${kinds[at] ?? ""}">${cell}</td>`)}
      </tr> `,
  );
  const more = rows.length > MAX_ROWS ? html`<p class="dim">and ${rows.length - MAX_ROWS} more</p>` : html``;
  return html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    <div class="wide" tabindex="0" role="region" aria-labelledby="${id}-heading">
      <table>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${more}
  </section>`;
}
