// How a Slack message looks to a person: as plain text for golden files, and as HTML for a screenshot at a phone's width.
// It reads the blocks as Slack does, so that what was not meant as markup shows up as text, and what slipped through as
// markup shows up as a link or a mention.

interface View {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

interface Shown {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly text: string }[];
}

/** One paragraph a block; the first line is what a phone shows. */
export function previewText({ text, blocks }: View): string {
  const shown = (blocks as readonly Shown[]).map((block) => {
    const parts = [block.text, ...(block.fields ?? []), ...(block.elements ?? [])].flatMap((part) =>
      part === undefined ? [] : [markup(part.text, plainStyle)],
    );
    const joint = block.fields === undefined ? "\n" : "\n\n";
    return `[${block.fields === undefined ? block.type : "fields"}]\n${parts.join(joint)}`;
  });
  return `[push]\n${markup(text, plainStyle)}\n\n${shown.join("\n\n")}\n`;
}

/** A page for a browser window of a phone's width. */
export function previewHtml(messages: readonly View[]): string {
  const bodies = messages.map(({ blocks, text }) => {
    const shown = (blocks as readonly Shown[]).map(blockHtml).join("");
    return `<article>${shown === "" ? `<p>${markup(text, htmlStyle)}</p>` : shown}</article>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>
body{margin:0;padding:8px;font:15px/1.46 -apple-system,"Noto Sans",Lato,Arial,sans-serif;color:#1d1c1d}
article{padding:8px 0;border-bottom:1px solid #ddd}h3{font-size:18px;margin:4px 0}p{margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px}.context{font-size:13px;color:#616061}
code{font-size:12px;color:#c01343;border:1px solid #ddd;border-radius:3px;padding:1px 3px;background:#f8f8f8}a{color:#1264a3;text-decoration:none}
</style>${bodies.join("")}`;
}

function blockHtml(block: Shown): string {
  if (block.type === "header") return `<h3>${htmlEscape(block.text?.text ?? "")}</h3>`;
  const parts = [
    ...(block.fields ?? block.elements ?? []),
    ...(block.text === undefined ? [] : [block.text]),
  ];
  const inner = parts.map(({ text }) => `<p>${markup(text, htmlStyle)}</p>`).join("");
  const name = block.fields === undefined ? block.type : "fields";
  return `<div class="${name}">${inner}</div>`;
}

interface Style {
  text(value: string): string;
  code(value: string): string;
  bold(inner: string): string;
  link(url: string, label: string): string;
}

const plainStyle: Style = {
  text: (value) => value,
  code: (value) => `\`${value}\``,
  bold: (inner) => `*${inner}*`,
  link: (url, label) => `${label} (${url})`,
};
const htmlEscape = (value: string): string => value.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const htmlStyle: Style = {
  text: htmlEscape,
  code: (value) => `<code>${htmlEscape(value)}</code>`,
  bold: (inner) => `<b>${inner}</b>`,
  link: (url, label) => `<a href="${htmlEscape(url)}">${htmlEscape(label)}</a>`,
};

const TOKEN = /`([^`\n]+)`|<([^<>]*)>|\*([^*\n]+)\*/g;

function markup(source: string, style: Style): string {
  let out = "";
  let from = 0;
  for (const match of source.matchAll(TOKEN)) {
    out += style.text(unescape(source.slice(from, match.index)));
    from = match.index + match[0].length;
    if (match[1] !== undefined) out += style.code(unescape(match[1]));
    else if (match[2] !== undefined) out += special(match[2], style);
    else out += style.bold(markup(match[3] ?? "", style));
  }
  return out + style.text(unescape(source.slice(from)));
}

function special(inside: string, style: Style): string {
  const [head = "", label] = inside.split("|");
  if (head.startsWith("!date^")) return style.text(label ?? "");
  if (/^[!@#]/.test(head)) return style.text(`@@MENTION ${head}@@`);
  return style.link(unescape(head), unescape(label ?? head));
}

const unescape = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
