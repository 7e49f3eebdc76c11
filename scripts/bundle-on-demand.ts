// Libraries that are loaded on demand: each is a bundle of its own, which the program requires by its name.

import type { Plugin } from "esbuild";

/** Packages as `await import` names them. */
export const ON_DEMAND = ["@slack/web-api", "bcryptjs", "chokidar", "nodemailer", "yaml"] as const;

/** Name of a package's bundle, without `.js`. */
export function bundleOf(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** The esbuild plugin. It concerns `await import("package")`, not our own files. */
export const onDemand: Plugin = {
  name: "on-demand",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:")) return undefined;
      if (!(ON_DEMAND as readonly string[]).includes(path)) {
        return { errors: [{ text: `${path} is not among the packages that are loaded on demand` }] };
      }
      return { path: `./${bundleOf(path)}.js`, external: true };
    });
  },
};
