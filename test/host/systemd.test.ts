// What the service manager hears, on a real datagram socket that a small Python program binds, since Node cannot.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, it } from "node:test";
import { byHelper, bySystemCall, serviceManager } from "../../src/host/systemd.ts";
import { tempFolder } from "../support/temp-folder.ts";
import type { TempFolder } from "../support/temp-folder.ts";

/** Binds the address in argv, says so, then prints each datagram as a JSON string. */
const LISTENER = `
import json, socket, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\\0" + name[1:] if name.startswith("@") else name)
print("bound", flush=True)
while True:
    data, rights, flags, sender = s.recvmsg(4096, 1024)
    if data != b"BARRIER=1":
        print(json.dumps(data.decode()), flush=True)
    # The helper sends a descriptor with a barrier and waits until it is closed.
    for level, kind, fds in rights:
        for at in range(0, len(fds), 4):
            socket.close(int.from_bytes(fds[at:at + 4], sys.byteorder))
`;

interface Manager extends AsyncDisposable {
  /** The next datagrams. */
  hears(count: number): Promise<string[]>;
}

async function manager(address: string): Promise<Manager> {
  const child = spawn("python3", ["-c", LISTENER, address], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, "bound");
  return {
    async hears(count) {
      const heard: string[] = [];
      while (heard.length < count) heard.push(JSON.parse(String((await lines.next()).value)) as string);
      return heard;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, "exit");
    },
  };
}

describe("service manager", () => {
  let folder: TempFolder;
  beforeEach(() => {
    folder = tempFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  const path = process.env.PATH ?? "";
  const ways = [
    { way: "a system call", make: (socket: string) => bySystemCall(socket) },
    { way: "the helper", make: (socket: string) => byHelper(socket, path) },
  ];
  for (const { way, make } of ways) {
    for (const kind of ["a path", "an abstract name"]) {
      it(`hears a whole life in order through ${way} at ${kind}`, async () => {
        const socket = kind === "a path" ? folder.join("notify") : `@revokewatch-test-${process.pid}-${way}`;
        await using listener = await manager(socket);
        const send = make(socket);
        assert.ok(send !== null);
        const before = process.hrtime.bigint() / 1000n;
        const service = serviceManager({ NOTIFY_SOCKET: socket }, [send]);
        service.ready("watching 3 files");
        service.watchdog();
        service.reloading();
        service.ready("watching\n4 files");
        service.status("1 incident");
        service.stopping("saving");
        await service.flush();
        const [first, second, third = "", ...rest] = await listener.hears(6);
        assert.equal(first, "READY=1\nSTATUS=watching 3 files");
        assert.equal(second, "WATCHDOG=1");
        const monotonic = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(third)?.[1] ?? "0";
        assert.ok(BigInt(monotonic) >= before);
        assert.deepEqual(rest, [
          "READY=1\nSTATUS=watching 4 files",
          "STATUS=1 incident",
          "STOPPING=1\nSTATUS=saving",
        ]);
      });
    }
  }

  it("is reached through the helper when the first way fails", async () => {
    const socket = folder.join("notify");
    await using listener = await manager(socket);
    let asked = 0;
    const refuse = (): boolean => {
      asked += 1;
      return false;
    };
    const service = serviceManager({ NOTIFY_SOCKET: socket }, [refuse, byHelper(socket, path)]);
    service.watchdog();
    service.status("fine");
    await service.flush();
    assert.deepEqual(await listener.hears(2), ["WATCHDOG=1", "STATUS=fine"]);
    assert.equal(asked, 2, "a way that failed is tried again with the next message");
  });

  it("may be gone: nothing throws and nothing waits", async () => {
    const socket = folder.join("nobody");
    const service = serviceManager({ NOTIFY_SOCKET: socket, PATH: "/nonexistent" });
    service.ready("watching");
    service.watchdog();
    await service.flush();
  });

  for (const socket of [undefined, "", "vsock:2:1234", "relative"]) {
    it(`is nobody when NOTIFY_SOCKET is ${socket ?? "not set"}`, async () => {
      const service = serviceManager({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "60000000" }, [
        () => assert.fail("nothing is sent"),
      ]);
      service.ready("x");
      service.watchdog();
      await service.flush();
      assert.equal(service.watchdogMs, null);
    });
  }

  const watchdogs: [Record<string, string>, number | null][] = [
    [{ WATCHDOG_USEC: "60000000" }, 30_000],
    [{ WATCHDOG_USEC: "60000000", WATCHDOG_PID: String(process.pid) }, 30_000],
    [{ WATCHDOG_USEC: "60000000", WATCHDOG_PID: "1" }, null],
    [{ WATCHDOG_USEC: "0" }, null],
    [{ WATCHDOG_USEC: "soon" }, null],
    [{}, null],
  ];
  for (const [env, expected] of watchdogs) {
    it(`wants a sign of life every ${expected} ms for ${JSON.stringify(env).replace(/\d{4,7}"/, 'N"')}`, () => {
      assert.equal(serviceManager({ NOTIFY_SOCKET: "@x", ...env }, []).watchdogMs, expected);
    });
  }

  it("is found without a word on stderr", () => {
    const module = JSON.stringify(import.meta.resolve("../../src/host/systemd.ts"));
    const program = `import { bySystemCall } from ${module}; console.log(bySystemCall("@x") !== null);`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    assert.deepEqual([child.stdout, child.stderr], ["true\n", ""]);
  });
});
