// JSON as it comes out of a log line: any value may stand anywhere, nothing is trusted to have a shape.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value of a JSON text, or undefined when it is none. V8 parses without recursion: 1 MiB of open brackets costs
 * 0.2 s at worst and never the stack; how deep a reader walks is its own bound.
 */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The object of a JSON text, or null when the text is no JSON or its value no object. */
export function parseObject(text: string): JsonObject | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}
