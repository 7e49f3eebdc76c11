// A port for a program that cannot pick one itself.

import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** Below the ports that the kernel gives to outgoing connections: one of these could take it before the program does. */
const LOWEST = 20_000;
const COUNT = 12_000;

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer();
    const bound = once(probe, "listening").catch(() => null);
    probe.listen(LOWEST + Math.floor(Math.random() * COUNT), "127.0.0.1");
    if ((await bound) === null) continue;
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");
    return port;
  }
}
