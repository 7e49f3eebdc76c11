import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { referenceText } from "../../scripts/build-reference.ts";
import { roster } from "../../src/roster.ts";
import { schemaText } from "../../src/cli/schema.ts";

const ROOT = join(import.meta.dirname, "../..");
const REMEDY = "out of date; run: node scripts/build-reference.ts";

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: unknown;
  readonly additionalProperties?: boolean | Node;
}

const schema = JSON.parse(await schemaText()) as Node & Readonly<Record<string, unknown>>;

/** The schema at a path such as `receivers[].slack.token`. */
function at(path: string): Node {
  return path.split(".").reduce((node: Node, step) => {
    const found = node.properties?.[step.replace("[]", "")];
    assert.ok(found !== undefined, `no ${step} of ${path}`);
    return step.endsWith("[]") ? (found.items ?? {}) : found;
  }, schema);
}

describe("schema", () => {
  it("is a JSON Schema of draft 2020-12 with a name of its own", () => {
    assert.equal(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert.equal(schema["$id"], "urn:revokewatch:configuration:1");
    assert.equal(schema["title"], "revokewatch configuration");
  });

  it("is one line on demand", async () => {
    const line = await schemaText(0);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(JSON.parse(line), schema);
  });

  it("keeps descriptions and defaults, in front of transformations and behind", () => {
    const poll = at("sources[].file.poll");
    assert.equal(poll.default, "1s");
    assert.ok((poll.description ?? "").length > 0);
    assert.ok((at("sources[].file").description ?? "").length > 0);
    assert.equal(at("rules[].min_count").default, 10);
  });

  it("allows no unknown key in any object, and one kind in an entry", () => {
    const open: string[] = [];
    const walk = (node: Node, path: string): void => {
      if (node.properties !== undefined && node.additionalProperties !== false) open.push(path);
      for (const [key, inner] of Object.entries(node.properties ?? {})) walk(inner, `${path}.${key}`);
      for (const inner of node.anyOf ?? []) walk(inner, path);
      if (node.items !== undefined) walk(node.items, `${path}[]`);
    };
    walk(schema, "");
    assert.deepEqual(open, []);
    assert.deepEqual(at("sources[]").oneOf, [
      { required: ["file"] },
      { required: ["stdin"] },
      { required: ["journald"] },
    ]);
  });

  it("lets a variable stand for a number, a choice or a text with a rule", () => {
    for (const path of ["receivers[].email.port", "log.level", "receivers[].name"]) {
      assert.deepEqual(at(path).anyOf?.at(-1), { $ref: "#/$defs/variable" }, path);
    }
  });

  it("stands in config/ as it is printed", () => {
    assert.equal(
      readFileSync(join(ROOT, "config/revokewatch.schema.json"), "utf8"),
      JSON.stringify(schema, null, 2) + "\n",
      REMEDY,
    );
  });

  it("is described by docs/configuration.md as it is", () => {
    assert.equal(readFileSync(join(ROOT, "docs/configuration.md"), "utf8"), referenceText(), REMEDY);
  });

  it("tells what each key is for", () => {
    const silent: string[] = [];
    const walk = (node: Node, path: string): void => {
      // What a receiver's own keys say is for the law of receivers.
      if (path.startsWith(".receivers[].")) return;
      for (const [key, inner] of Object.entries(node.properties ?? {})) {
        if (path === ".receivers[]" && roster.receiverKinds.some(({ word }) => word === key)) continue;
        const said = [inner, ...(inner.anyOf ?? [])].some(({ description }) => description !== undefined);
        if (!said) silent.push(`${path}.${key}`);
        walk(inner, `${path}.${key}`);
      }
      for (const inner of node.anyOf ?? []) walk(inner, path);
      if (node.items !== undefined) walk(node.items, `${path}[]`);
    };
    walk(schema, "");
    assert.deepEqual(silent, []);
  });
});
