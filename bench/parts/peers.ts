// Other programs on the same file in the same run: mtail and syslog-ng as Debian has them, each told to count the same
// lines. Only by name: it installs them where they are missing.

import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batch, inTurn, ratio, speed } from "../batch.ts";
import { folder } from "../daemon.ts";
import { logFile } from "../data.ts";
import type { Cost } from "../measure.ts";
import type { Part, Row } from "../part.ts";

/** At 27 MB a CPU second a gigabyte would take mtail nine times 40 s. */
const BYTES = 2 ** 28;
const SHARES = [0.001, 0.5, 1] as const;
const ROUNDS = 3;
/** A peer that follows for ever is ended when it has done nothing for three seconds: it may wait before it begins. */
const WHEN_QUIET = `
pid=$!
last=-1
calm=0
while [ $calm -lt 3 ]; do
  sleep 1
  now=$(cut -d' ' -f14,15 /proc/$pid/stat)
  [ "$now" = "$last" ] && calm=$((calm + 1)) || calm=0
  last=$now
done
kill $pid; wait $pid`;

export const peers: Part = {
  name: "peers",
  title: "Beside mtail and syslog-ng, on the same file",
  async measure(note) {
    install();
    using place = folder();
    const rows: Row[] = [];
    for (const share of SHARES) {
      note(`${share * 100} % events`);
      const file = logFile(BYTES, share);
      const { size: bytes } = statSync(file);
      const costs = await inTurn(ROUNDS, [batch(file), mtail(place.path, file), syslogNg(place.path, file)]);
      const [ours = []] = costs;
      for (const [i, name] of ["revokewatch", "mtail", "syslog-ng"].entries()) {
        const own: readonly Cost[] = costs[i] ?? [];
        rows.push({
          events: `${share * 100} %`,
          program: name,
          "MB per CPU s": speed(bytes, own).toFixed(0),
          "revokewatch is faster by": ratio(own, ours),
        });
      }
    }
    return rows;
  },
};

function install(): void {
  const missing = ["mtail", "syslog-ng"].filter((name) => !installed(name));
  if (missing.length === 0) return;
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "mtail", "syslog-ng-core"], {
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

function installed(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `PATH=$PATH:/usr/sbin command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function mtail(place: string, file: string): string {
  const program = join(place, "revoked.mtail");
  writeFileSync(program, "counter revoked\n/api_key_revoked/ {\n  revoked++\n}\n");
  return `mtail --one_shot --progs ${program} --logs ${file} --logtostderr > /dev/null 2>&1`;
}

function syslogNg(place: string, file: string): string {
  const config = join(place, "syslog-ng.conf");
  writeFileSync(
    config,
    `@version: 3.38
source s { file("${file}" flags(no-parse) read-old-records(yes) follow-freq(0.1) log-fetch-limit(100000) log-iw-size(200000)); };
filter f { match("api_key_revoked" value("MESSAGE") type(string) flags(substring)); };
destination d { file("${join(place, "found")}"); };
log { source(s); filter(f); destination(d); flags(flow-control); };
`,
  );
  const files = ["persist", "ctl", "pid"].map((name) => join(place, name));
  const [persist, ctl, pid] = files;
  const command = `PATH=$PATH:/usr/sbin syslog-ng -F -f ${config} -R ${persist} -c ${ctl} -p ${pid} --no-caps`;
  return `rm -f ${files.join(" ")} ${join(place, "found")}; ${command} 2> /dev/null & ${WHEN_QUIET}`;
}
