// The rules of Slack's Block Kit as far as our messages touch them, and what real Slack answers when one is broken.
// Bounds are Slack's documented ones; the sum over all blocks is undocumented and was measured by others.

/** A refusal as Slack words it. */
export interface Refusal {
  readonly error: "invalid_blocks" | "msg_blocks_too_long" | "invalid_blocks_format";
  readonly where: string;
}

const MAX_BLOCKS = 50;
const MAX_TOTAL = 13_200;
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
const MAX_FIELD = 2000;
const MAX_FIELDS = 10;
const MAX_CONTEXT_ELEMENTS = 10;
const MAX_BUTTON_TEXT = 75;
const MAX_URL = 3000;
const MAX_ACTIONS = 25;

type Json = Readonly<Record<string, unknown>>;

/** Null when Slack would take these blocks. */
export function refuseBlocks(blocks: unknown): Refusal | null {
  if (!Array.isArray(blocks)) return { error: "invalid_blocks_format", where: "blocks" };
  if (blocks.length > MAX_BLOCKS) return invalid(`blocks: ${blocks.length} are more than ${MAX_BLOCKS}`);
  for (const [i, block] of blocks.entries()) {
    const problem = isObject(block) ? blockProblem(block) : "is no object";
    if (problem !== null) return invalid(`blocks[${i}]: ${problem}`);
  }
  const total = blocks.reduce((sum: number, block) => sum + textLength(block), 0);
  return total > MAX_TOTAL ? { error: "msg_blocks_too_long", where: `${total} characters` } : null;
}

const invalid = (where: string): Refusal => ({ error: "invalid_blocks", where });
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const RULES: Readonly<Record<string, (block: Json) => string | null>> = {
  header: (block) =>
    onlyKeys(block, ["type", "text", "block_id"]) ?? textProblem(block["text"], MAX_HEADER, ["plain_text"]),
  section: sectionProblem,
  context: (block) =>
    onlyKeys(block, ["type", "elements", "block_id"]) ??
    listProblem(block["elements"], MAX_CONTEXT_ELEMENTS, (element) =>
      textProblem(element, MAX_SECTION, BOTH),
    ),
  divider: (block) => onlyKeys(block, ["type", "block_id"]),
  actions: (block) =>
    onlyKeys(block, ["type", "elements", "block_id"]) ??
    listProblem(block["elements"], MAX_ACTIONS, buttonProblem),
};
const BOTH = ["plain_text", "mrkdwn"] as const;

function blockProblem(block: Json): string | null {
  const rule = RULES[String(block["type"])];
  return rule === undefined ? `unknown type ${String(block["type"])}` : rule(block);
}

function sectionProblem(block: Json): string | null {
  const { text, fields } = block;
  if (text === undefined && fields === undefined) return "a section needs text or fields";
  return (
    onlyKeys(block, ["type", "text", "fields", "block_id", "expand"]) ??
    (text === undefined ? null : textProblem(text, MAX_SECTION, BOTH)) ??
    (fields === undefined
      ? null
      : listProblem(fields, MAX_FIELDS, (field) => textProblem(field, MAX_FIELD, BOTH)))
  );
}

function buttonProblem(element: unknown): string | null {
  if (!isObject(element) || element["type"] !== "button") return "is no button";
  const { url } = element;
  if (url !== undefined && (typeof url !== "string" || url.length > MAX_URL || !URL.canParse(url)))
    return "bad url";
  return textProblem(element["text"], MAX_BUTTON_TEXT, ["plain_text"]);
}

function textProblem(value: unknown, max: number, types: readonly string[]): string | null {
  if (!isObject(value)) return "text is no object";
  if (!types.includes(String(value["type"])))
    return `text type ${String(value["type"])} is not one of ${types.join()}`;
  const { text } = value;
  if (typeof text !== "string" || text.length === 0) return "text is empty";
  if (text.length > max) return `text has ${text.length} characters, more than ${max}`;
  const allowed = value["type"] === "mrkdwn" ? ["type", "text", "verbatim"] : ["type", "text", "emoji"];
  return onlyKeys(value, allowed);
}

function listProblem(list: unknown, max: number, problem: (item: unknown) => string | null): string | null {
  if (!Array.isArray(list) || list.length === 0) return "is an empty list";
  if (list.length > max) return `${list.length} items are more than ${max}`;
  for (const [i, item] of list.entries()) {
    const found = problem(item);
    if (found !== null) return `item ${i}: ${found}`;
  }
  return null;
}

function onlyKeys(object: Json, allowed: readonly string[]): string | null {
  const extra = Object.keys(object).find((key) => !allowed.includes(key));
  return extra === undefined ? null : `unknown key ${extra}`;
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (!isObject(value)) return 0;
  const own = typeof value["text"] === "string" ? value["text"].length : textLength(value["text"]);
  return own + textLength(value["elements"]) + textLength(value["fields"]);
}
