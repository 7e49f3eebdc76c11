// Where a receiver may connect to, and that a name cannot lead elsewhere.

import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { describe, it } from "node:test";
import { checkLiteral, guardLookup, isAllowedAddress } from "../../src/receivers/address-guard.ts";
import { exchange, HttpFault } from "../../src/receivers/http-request.ts";
import { patience, PATIENCE_MS } from "../support/patience.ts";

const ADDRESSES: readonly (readonly [string, boolean])[] = [
  ["127.0.0.1", true],
  ["::1", true],
  ["10.1.2.3", true],
  ["192.168.0.1", true],
  ["fd12:3456::1", true],
  ["93.184.216.34", true],
  ["2606:2800:220:1::1", true],
  ["169.254.169.254", false],
  ["169.254.0.1", false],
  ["::ffff:169.254.169.254", false],
  ["::ffff:a9fe:a9fe", false],
  ["64:ff9b::169.254.169.254", false],
  ["64:ff9b::93.184.216.34", true],
  ["64:ff9b:1::a9fe:a9fe", false],
  ["::169.254.169.254", false],
  ["2002:a9fe:a9fe::1", false],
  ["2002:5db8:d822::1", true],
  ["fe80::1", false],
  ["fe80::1%eth0", false],
  ["febf::1", false],
  ["fd00:ec2::254", false],
  ["fd20:ce::254", false],
  ["168.63.129.16", false],
  ["100.100.100.200", false],
  ["0.0.0.0", false],
  ["::", false],
  ["224.0.0.1", false],
  ["ff02::1", false],
  ["255.255.255.255", false],
  ["[::1]", true],
  ["[fe80::1]", false],
  ["not an address", false],
];

const resolveTo = (...addresses: string[]) =>
  guardLookup(
    (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
      ),
    false,
  );
const ask = (lookup: ReturnType<typeof guardLookup>, all: boolean): Promise<unknown> =>
  new Promise((resolve, reject) => {
    lookup("name.example", { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
  });

describe("the address guard", () => {
  for (const [address, allowed] of ADDRESSES) {
    it(`${allowed ? "lets through" : "refuses"} ${address}`, () =>
      assert.equal(isAllowedAddress(address, false), allowed));
  }

  it("lets link-local addresses through where the configuration says so, and no others", () => {
    const opened = ADDRESSES.filter(([address, before]) => !before && isAllowedAddress(address, true));
    assert.deepEqual(
      opened.map(([address]) => address),
      ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1", "[fe80::1]"],
    );
  });

  it("leaves only the allowed addresses of a name", async () => {
    const lookup = resolveTo("169.254.169.254", "10.0.0.1");
    assert.equal(await ask(lookup, false), "10.0.0.1");
    assert.deepEqual(await ask(lookup, true), [{ address: "10.0.0.1", family: 4 }]);
  });

  it("fails for a name that leads only to forbidden addresses", async () => {
    await assert.rejects(ask(resolveTo("169.254.169.254", "fe80::1"), false), {
      code: "ERR_REFUSED_ADDRESS",
    });
  });

  it("refuses an address that is written out, which no resolver is asked for", () => {
    assert.throws(() => checkLiteral("[fe80::1]", false), { code: "ERR_REFUSED_ADDRESS" });
    assert.doesNotThrow(() => checkLiteral("am-0", false));
  });

  it("keeps a request from ever being sent there, however the address is spelt", async () => {
    const order = {
      method: "POST",
      headers: {},
      body: "x",
      timeoutMs: PATIENCE_MS,
      allowLinkLocal: false,
      signal: patience(),
    } as const;
    for (const spelt of [
      "http://169.254.169.254/",
      "http://0xa9fea9fe/",
      "http://2852039166/",
      "http://[::ffff:a9fe:a9fe]/",
    ]) {
      await assert.rejects(exchange(new URL(spelt), order), (error: unknown) => {
        assert.ok(error instanceof HttpFault);
        assert.equal(error.reason, "address refused");
        return true;
      });
    }
  });
});
