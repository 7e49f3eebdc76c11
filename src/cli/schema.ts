// `revokewatch schema`: the JSON Schema of the configuration, for editors and for checks elsewhere.

import { EXIT, UsageError, type Verb } from "./verb.ts";

/** Names the format, not a place to fetch it from; the number is the configuration's `version`. */
const SCHEMA_ID = "urn:revokewatch:configuration:1";

/** The schema as text with a newline at its end. @param indent the default is that of config/revokewatch.schema.json. */
export async function schemaText(indent: 0 | 2 = 2): Promise<string> {
  const { jsonSchemaDocument } = await import("../config/json-schema.ts");
  const { settingsSchema } = await import("../settings/schema.ts");
  const { roster } = await import("../roster.ts");
  return `${JSON.stringify(jsonSchemaDocument(settingsSchema(roster), SCHEMA_ID), null, indent)}\n`;
}

/** The verb `schema`. */
export const schemaVerb: Verb = {
  word: "schema",
  summary: "print the JSON Schema (draft 2020-12) of the configuration",
  synopsis: "",
  options: {},
  optionHelp: {},
  run: async ({ values, positionals, stdout }) => {
    if (positionals.length > 0) throw new UsageError("schema takes no arguments");
    stdout.write(await schemaText(values["output"] === "json" ? 0 : 2));
    return EXIT.ok;
  },
};
