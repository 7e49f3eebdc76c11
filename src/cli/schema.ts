// `revokewatch schema`: the JSON Schema of the configuration, for editors and for checks elsewhere.

import { EXIT, UsageError, type Verb } from "./verb.ts";

/** Names the format, not a place to fetch it from; the number is the configuration's `version`. */
const SCHEMA_ID = "urn:revokewatch:configuration:1";

/** The schema as text, indented, with a newline at its end; the same text stands in config/revokewatch.schema.json. */
export async function schemaText(): Promise<string> {
  const { jsonSchemaDocument } = await import("../config/json-schema.ts");
  const { settingsSchema } = await import("../settings/schema.ts");
  const { roster } = await import("../roster.ts");
  return `${JSON.stringify(jsonSchemaDocument(settingsSchema(roster), SCHEMA_ID), null, 2)}\n`;
}

/** The verb `schema`. */
export const schemaVerb: Verb = {
  word: "schema",
  summary: "print the JSON Schema (draft 2020-12) of the configuration",
  synopsis: "",
  options: {},
  optionHelp: {},
  run: async ({ positionals, stdout }) => {
    if (positionals.length > 0) throw new UsageError("schema takes no arguments");
    stdout.write(await schemaText());
    return EXIT.ok;
  },
};
