// A proxy of the environment is used when Node has been told to use one, and not because it happens to be set.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { tinyHttp } from "../support/tiny-http.ts";

const CHILD = `
  const { exchange } = await import(${JSON.stringify(new URL("../../src/receivers/http-request.ts", import.meta.url).href)});
  const order = { method: "POST", headers: {}, body: "x", timeoutMs: 60_000, signal: AbortSignal.timeout(60_000) };
  await exchange(new URL("http://slack.invalid/api"), order).then(() => {}, () => {});
`;

describe("a proxy of the environment", () => {
  const CASES = [
    { flag: "1", paths: ["http://slack.invalid/api"] },
    { flag: "0", paths: [] },
  ];
  for (const { flag, paths } of CASES) {
    it(`is ${paths.length === 0 ? "left alone" : "used"} with NODE_USE_ENV_PROXY=${flag}`, async () => {
      await using proxy = await tinyHttp();
      const env = {
        ...process.env,
        NODE_USE_ENV_PROXY: flag,
        HTTP_PROXY: proxy.url,
        NO_PROXY: "",
        no_proxy: "",
      };
      await promisify(execFile)(process.execPath, ["--input-type=module", "-e", CHILD], { env });
      assert.deepEqual(
        proxy.received.map(({ path }) => path),
        paths,
      );
    });
  }
});
