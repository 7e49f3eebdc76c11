// ${NAME}, ${NAME:-default}, ${NAME:?message} and $$ in one parsed scalar. What a variable holds is put in as text and
// never read again, so it can bring in neither YAML nor a further variable.

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly text: string;
  /** Names of the variables that the text asked for, whether they were set or not. */
  readonly names: readonly string[];
  /** What could not be replaced and why; the text then holds nothing in its place. */
  readonly faults: readonly string[];
}

const REFERENCE = /\$(?:\$|\{(?:([A-Za-z_][A-Za-z0-9_]*)(?:(:-|:\?)([^}]*))?\})?)/g;

/** Replaces every reference; an unset variable without a default is a fault, an empty one only for `:?`. */
export function interpolate(text: string, env: Environment): Interpolated {
  const names: string[] = [];
  const faults: string[] = [];
  const replaced = text.replaceAll(
    REFERENCE,
    (found: string, name?: string, operator?: string, rest = "") => {
      if (found === "$$") return "$";
      if (name === undefined) {
        faults.push(
          "expected ${NAME}, ${NAME:-default} or ${NAME:?message} after $ (write $$ for a plain $)",
        );
        return "";
      }
      names.push(name);
      const value = env[name];
      if (operator === ":-") return value === undefined || value === "" ? rest : value;
      if (operator === ":?" && (value === undefined || value === "")) {
        faults.push(`environment variable ${name} is not set: ${rest}`);
        return "";
      }
      if (value === undefined) faults.push(`environment variable ${name} is not set`);
      return value ?? "";
    },
  );
  return { text: replaced, names, faults };
}
