// Real software for the system tests. It must be there: a test that skips itself would pass for ever without having run.

import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Which Debian package holds a program. */
const PACKAGES = {
  prometheus: "prometheus",
  promtool: "prometheus",
  alertmanager: "prometheus-alertmanager",
  amtool: "prometheus-alertmanager",
  postfix: "postfix",
  bwrap: "bubblewrap",
  chromium: "chromium",
  logrotate: "logrotate",
  python3: "python3",
  "systemd-analyze": "systemd",
  "systemd-notify": "systemd",
} as const;

export type DebianProgram = keyof typeof PACKAGES;

/**
 * The absolute path of a program.
 * @throws Error that names the package to install when it is not there.
 */
export function requireDebian(program: DebianProgram): string {
  const names = program === "alertmanager" ? [program, "prometheus-alertmanager"] : [program];
  // Daemons stand in sbin, which is not on everyone's path.
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  for (const directory of directories) {
    for (const name of names) {
      const path = join(directory, name);
      if (executable(path)) return path;
    }
  }
  throw new Error(`Cannot find ${program}, which this test runs: apt-get install ${PACKAGES[program]}`);
}

/** What a program prints on stdout when it ends well. @throws with everything it said when it does not. */
export function runDebian(program: DebianProgram, args: readonly string[], input = ""): string {
  return execFileSync(requireDebian(program), args, { input, encoding: "utf8", stdio: "pipe" });
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
