// What is unwise about the secrets of a configuration: written out in it, or kept in a file that others can read.

import { readlink, stat } from "node:fs/promises";
import { sep } from "node:path";
import type { Place, Problem } from "./finding.ts";
import type { Environment } from "./interpolate.ts";
import type { GivenSecret } from "./sift.ts";

/** Read bits of group and others. */
const OTHERS_READ = 0o044;
/** Kubernetes mounts each key of a Secret as a link through this directory, with modes of its own. */
const KUBERNETES_LINK = /^\.\.data\//;
/** Docker and podman mount secrets here as 0444, inside a container that nobody else is in. */
const CONTAINER_SECRETS = "/run/secrets/";

/** Warnings on the secrets given; a file that is not there (yet) is none. */
export async function secretProblems(
  secrets: readonly GivenSecret[],
  variables: (place: Place) => readonly string[],
  env: Environment,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { place, file } of secrets) {
    const key = String(place.at(-1));
    if (file === null) {
      if (variables(place).length > 0) continue;
      const message = `the secret is written out; keep it in a file (${key}_file) or a variable (\${NAME})`;
      problems.push({ severity: "warning", place, at: "value", message });
    } else if (await openToOthers(file, env)) {
      const message =
        "the file of this secret can be read by its group or by everyone; expected mode 0600 or 0400";
      problems.push({ severity: "warning", place, at: "value", message });
    }
  }
  return problems;
}

async function openToOthers(file: string, env: Environment): Promise<boolean> {
  const credentials = env["CREDENTIALS_DIRECTORY"];
  if (credentials !== undefined && credentials !== "" && file.startsWith(credentials + sep)) return false;
  if (file.startsWith(CONTAINER_SECRETS)) return false;
  if (KUBERNETES_LINK.test(await readlink(file).catch(() => ""))) return false;
  const mode = await stat(file).then(
    (found) => found.mode,
    () => 0,
  );
  return (mode & OTHERS_READ) !== 0;
}
