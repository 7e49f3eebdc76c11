import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HintTrust } from "../../../src/sources/file/hint-trust.ts";
import { remoteFileSystem } from "../../../src/sources/file/remote.ts";

/** Growth that no hint tells of, `times` times, a second apart. */
function growUnannounced(trust: HintTrust, directory: string, times: number, fromMs = 0): void {
  for (let n = 0; n < times; n++) {
    trust.grown(directory, fromMs + n * 1000);
    trust.settle(fromMs + n * 1000 + 500);
  }
}

function aTrust(): { trust: HintTrust; said: string[] } {
  const said: string[] = [];
  const trust = new HintTrust(({ degraded, code }) => said.push(`${degraded ? "off" : "on"} ${code}`));
  return { trust, said };
}

describe("trust in hints", () => {
  it("ends when files of a directory grow three times without a hint", () => {
    const { trust, said } = aTrust();
    growUnannounced(trust, "/a", 2);
    assert.equal(trust.degraded, false);
    growUnannounced(trust, "/a", 1, 5000);
    assert.equal(trust.degraded, true);
    assert.deepEqual(said, ["off no_hints"]);
  });

  it("does not end by growth in different directories", () => {
    const { trust } = aTrust();
    for (const directory of ["/a", "/b", "/c", "/d"]) growUnannounced(trust, directory, 2);
    assert.equal(trust.degraded, false);
  });

  it("does not count growth whose hint is only late", () => {
    const { trust } = aTrust();
    for (let n = 0; n < 9; n++) {
      trust.grown("/a", n * 1000);
      trust.settle(n * 1000 + 499);
      trust.hinted("/a");
      trust.settle(n * 1000 + 999);
    }
    assert.equal(trust.degraded, false);
  });

  it("begins to count anew with each hint", () => {
    const { trust } = aTrust();
    growUnannounced(trust, "/a", 2);
    trust.hinted("/a");
    growUnannounced(trust, "/a", 2, 5000);
    assert.equal(trust.degraded, false);
  });

  it("comes back with a hint of the same directory, and is said once each time", () => {
    const { trust, said } = aTrust();
    growUnannounced(trust, "/a", 9);
    trust.hinted("/b");
    assert.equal(trust.degraded, true);
    trust.hinted("/a");
    assert.equal(trust.degraded, false);
    assert.deepEqual(said, ["off no_hints", "on hints"]);
  });

  it("comes back with any hint after the kernel had refused", () => {
    const { trust, said } = aTrust();
    trust.refused("ENOSPC");
    trust.refused("ENOSPC");
    trust.hinted("/a");
    assert.deepEqual(said, ["off ENOSPC", "on hints"]);
  });

  it("never comes back for a directory of another machine", () => {
    const { trust, said } = aTrust();
    trust.remote("/mnt", "nfs");
    trust.hinted("/mnt");
    assert.equal(trust.degraded, true);
    assert.deepEqual(said, ["off nfs"]);
  });

  it("is not refused for file systems of this machine", () => {
    assert.equal(remoteFileSystem("/proc"), null);
    assert.equal(remoteFileSystem("/no/such/directory"), null);
  });
});
