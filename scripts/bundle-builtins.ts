// Lets a bundle take Node's own modules from `process.getBuiltinModule`. An `import` of one reads every export, also
// those behind getters: on Node 26 `import "node:http"` so loads undici and the web streams, 15 MiB that nobody uses.

import { builtinModules, createRequire } from "node:module";
import type { Plugin } from "esbuild";

const NAMESPACE = "node-builtin";
const STAND_IN = "stand-in";
const NAMES = new Set(builtinModules.map((name) => name.replace(/^node:/, "")));
/**
 * Loaded when one of their functions is first called by our own code: they cost 2 to 10 ms of a start and up to 2.5 MiB
 * each, and many a run never asks them for anything.
 */
const DEFERRED = new Set(["child_process", "dns", "fs/promises", "http", "zlib"]);
/** What `fs` does as well, with a callback: our own code takes it from there, since `fs/promises` costs 1 MiB. */
const IN_FS = new Set(["access", "readFile", "readdir", "readlink", "stat"]);
/** What a library asks a built-in module for, where that is so little that loading the module is not worth it. */
const STAND_INS: readonly (readonly [importer: RegExp, name: string, text: string, why: string])[] = [
  [/\/pino\//, "worker_threads", "{ isMainThread: true }", "nothing here starts threads: 0.3 MiB"],
  [
    /\/sonic-boom\//,
    "assert",
    "(holds, message) => { if (!holds) throw new Error(message); }",
    "asked whether a descriptor is a number: 0.7 MiB",
  ],
];
const require = createRequire(import.meta.url);

/** How a module is asked for, and the source text that answers. */
const ANSWERS: Readonly<Record<string, (name: string) => string>> = {
  "?required": (name) => `module.exports = ${taking(name)};`,
  "?imported": (name) =>
    [
      `const builtin = ${taking(name)};`,
      "export default builtin;",
      ...exportsOf(name).map((key) => `export const ${key} = /* @__PURE__ */ (() => builtin.${key})();`),
    ].join("\n"),
  "?deferred": (name) =>
    exportsOf(name)
      .map((key) => {
        if (name === "node:fs/promises" && IN_FS.has(key)) return `export const ${key} = ${ofFs(key)};`;
        return `export const ${key} = ${deferred(`${taking(name)}.${key}`, valuesOf(name)[key])};`;
      })
      .join("\n"),
};

/** The esbuild plugin. What is not used of a module is not touched when the bundle runs. */
export const builtins: Plugin = {
  name: "builtins",
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?[a-z_/\d]+$/ }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, "");
      if (!NAMES.has(name)) return undefined;
      const standIn = STAND_INS.findIndex(([library, asked]) => asked === name && library.test(importer));
      if (standIn !== -1) return { path: String(standIn), namespace: STAND_IN };
      const deferred = DEFERRED.has(name) && !importer.includes("/node_modules/");
      const suffix = kind === "require-call" ? "?required" : deferred ? "?deferred" : "?imported";
      return { path: `node:${name}`, namespace: NAMESPACE, sideEffects: false, suffix };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, suffix }) => ({
      contents: ANSWERS[suffix]?.(path) ?? "",
      loader: "js",
    }));
    build.onLoad({ filter: /.*/, namespace: STAND_IN }, ({ path }) => {
      const [, , text, why] = STAND_INS[Number(path)] ?? [];
      return { contents: `// Stands in: ${why}.\nmodule.exports = ${text};`, loader: "js" };
    });
  },
};

function taking(name: string): string {
  return `process.getBuiltinModule(${JSON.stringify(name)})`;
}

/** Source text for an export: a function or a class is asked for when it is called, constants are written out. */
function deferred(it: string, value: unknown): string {
  if (typeof value !== "function") return JSON.stringify(value);
  return `function (...args) { return new.target === undefined ? ${it}(...args) : new ${it}(...args); }`;
}

/** Source text for the function of `fs` of that name, as one that answers with a promise. */
function ofFs(key: string): string {
  return `/* @__PURE__ */ (() => ${taking("node:util")}.promisify(${taking("node:fs")}.${key}))()`;
}

function valuesOf(name: string): Readonly<Record<string, unknown>> {
  return require(name) as Readonly<Record<string, unknown>>;
}

function exportsOf(name: string): readonly string[] {
  return Object.keys(valuesOf(name)).filter((key) => key !== "default");
}
