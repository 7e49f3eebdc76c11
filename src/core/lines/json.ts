// JSON as it comes out of a log line: any value may stand anywhere, nothing is trusted to have a shape.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number that a double may not hold to its last digit, such as an id of 64 bits. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;
const DIGITS = /^-?\d+$/;

/** Keeps the digits of such a number as text: an id that ends in other digits finds nothing in anyone's logs. */
function keepDigits(_name: string, value: JsonValue, context?: { readonly source?: string }): JsonValue {
  const source = context?.source ?? "";
  return typeof value === "number" && !Number.isSafeInteger(value) && DIGITS.test(source) ? source : value;
}

/**
 * The value of a JSON text, or undefined when it is none. Integers beyond 2^53 are texts. V8 parses without recursion: 1 MiB of open brackets costs
 * 0.2 s at worst and never the stack; how deep a reader walks is its own bound.
 */
export function parseJson(text: string): JsonValue | undefined {
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(text) as JsonValue;
    // Walked by recursion: what is nested too deeply for that keeps its rounded numbers.
    if (LONG_NUMBER.test(text)) value = JSON.parse(text, keepDigits) as JsonValue;
  } catch {
    return value;
  }
  return value;
}

/** The object of a JSON text, or null when the text is no JSON or its value no object. */
export function parseObject(text: string): JsonObject | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}
