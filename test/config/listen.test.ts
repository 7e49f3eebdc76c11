import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseListen } from "../../src/config/listen.ts";

describe("listen", () => {
  const cases: readonly (readonly [text: string, host: string, port: number])[] = [
    ["127.0.0.1:10401", "127.0.0.1", 10_401],
    ["localhost:0", "localhost", 0],
    [":9464", "", 9464],
    ["[::1]:65535", "::1", 65_535],
  ];
  for (const [text, host, port] of cases) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseListen(text), { host, port });
    });
  }

  for (const text of ["", "127.0.0.1", "::1:80", "a:65536", "a:-1", "a: 1", "[x]:1", "http://a:1"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseListen(text), null);
    });
  }
});
