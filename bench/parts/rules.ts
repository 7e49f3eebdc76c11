// Many rules with different needles over the same file: the scan looks for all of them in one pass.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batch, inTurn, ratio, span } from "../batch.ts";
import { logFile } from "../data.ts";
import type { Part } from "../part.ts";

const BYTES = 2 ** 29;
const ROUNDS = 3;
const OTHERS = ["card_declined", "quota_exceeded", "db_connection_lost", "token_expired", "invoice_failed"];

export const rules: Part = {
  name: "rules",
  title: "21 rules against one, 0.1 % events",
  async measure(note) {
    note("1 and 21 rules in turn");
    const folder = mkdtempSync(join(tmpdir(), "revokewatch-bench-"));
    const one = "rules:\n  - {name: api_key_revoked}\n";
    const others = OTHERS.flatMap((code) =>
      [1, 2, 3, 4].map(
        (n) => `  - {name: ${code}-${n}, match: {codes: [${code}_${n}], phrases: ["${code} failed ${n}"]}}\n`,
      ),
    );
    const configs = [one, one + others.join("")].map((text, i) => {
      const path = join(folder, `${i}.yaml`);
      writeFileSync(path, `version: 1\n${text}`);
      return path;
    });
    const file = logFile(BYTES, 0.001);
    const [single = [], many = []] = await inTurn(
      ROUNDS,
      configs.map((path) => batch(file, `--config ${path}`)),
    );
    rmSync(folder, { recursive: true });
    return [
      {
        "1 rule, CPU s": span(single.map(({ cpuSeconds }) => cpuSeconds)),
        "21 rules, CPU s": span(many.map(({ cpuSeconds }) => cpuSeconds)),
        ratio: ratio(many, single),
      },
    ];
  },
};
