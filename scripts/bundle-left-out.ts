// What the bundle leaves out of its libraries: parts that are loaded with them, cost memory in every process, and cannot
// be reached from here.

import type { Plugin } from "esbuild";

/** Files by the end of their path, and why nothing asks for them. */
const LEFT_OUT: readonly (readonly [file: RegExp, why: string])[] = [
  [
    /\/prom-client\/lib\/pushgateway\.js$/,
    "metrics are scraped, never pushed; it loads http, https and zlib: 14 MiB",
  ],
  [
    /\/@opentelemetry\/api\/.*\.js$/,
    "asked only for exemplars of prom-client's own process metrics, which are off",
  ],
  [/\/pino\/lib\/transport\.js$/, "the log is written by this thread; it loads worker_threads"],
];

/** The esbuild plugin. Each file left out becomes an empty module, so that using one after all fails at once. */
export const leftOut: Plugin = {
  name: "left-out",
  setup(build) {
    for (const [file, why] of LEFT_OUT) {
      build.onLoad({ filter: file }, () => ({
        contents: `// Left out: ${why}.\nmodule.exports = {};`,
        loader: "js",
      }));
    }
  },
};
