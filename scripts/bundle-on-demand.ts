// Libraries that are loaded on demand. Node finds the names that a CommonJS package exports; a bundle that is split has
// only its `default`, so that `(await import("yaml")).parse` would be undefined. Here the names are written out.

import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const NAMESPACE = "on-demand";
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The esbuild plugin. It concerns `await import("package")`, not our own files. */
export const onDemand: Plugin = {
  name: "on-demand",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "dynamic-import" && !path.startsWith("node:") ? { path, namespace: NAMESPACE } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter((name) => IDENTIFIER.test(name));
      const from = JSON.stringify(path);
      const list = names.filter((name) => name !== "default").join(", ");
      const rest = names.includes("default") ? `export { default } from ${from};` : "";
      return { contents: `export { ${list} } from ${from};\n${rest}`, resolveDir: ROOT, loader: "js" };
    });
  },
};

/** Left out are names such as `module.exports`, which nobody can import by a plain `{ … }`. */
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
