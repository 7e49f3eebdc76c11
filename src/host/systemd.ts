// Tells the service manager how the daemon does (sd_notify): ready, alive, reloading, stopping, and one line of status.
// Without $NOTIFY_SOCKET nothing happens, and no failure here ever reaches the daemon.
//
// A message is one datagram to a Unix socket, which Node cannot send itself. Node 26 can call sendto(2) through node:ffi
// (some 10 us); where that is missing or refuses, the helper systemd-notify is spawned (7 ms). The helper is another
// process, hence NotifyAccess=all in the unit.

import { spawn } from "node:child_process";
import type * as Ffi from "node:ffi";
import { endianness } from "node:os";

/** A helper that hangs is ended after this time, so that later messages are not held up. */
const HELPER_TIMEOUT_MS = 5_000;

/** Characters of the STATUS= line, which the manager shows on one line of a terminal. */
const MAX_STATUS_CHARS = 200;

/** Numbers of Linux, the same on every architecture that Node is built for. */
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

/** Hands one message over; false when it could not. */
type Send = (message: string) => boolean | Promise<boolean>;

export interface ServiceManager {
  /** READY=1, with what the daemon is doing. At the end of a reload, too. */
  ready(status: string): void;
  status(status: string): void;
  /** WATCHDOG=1: to be called from the loop that must not stand still. */
  watchdog(): void;
  /** RELOADING=1; `ready` ends it. */
  reloading(): void;
  stopping(status: string): void;
  /** How often `watchdog` is wanted: half of what the manager allows; null when it does not watch. Milliseconds. */
  readonly watchdogMs: number | null;
  /** Resolves when everything said so far has been handed over or given up; before the process ends. */
  flush(): Promise<void>;
}

const NOBODY: ServiceManager = {
  ready: () => undefined,
  status: () => undefined,
  watchdog: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  watchdogMs: null,
  flush: () => Promise.resolve(),
};

/**
 * The service manager that started this process, or one that ignores everything when none did.
 * @param env the process' environment: NOTIFY_SOCKET (a path or @abstract), WATCHDOG_USEC, WATCHDOG_PID, PATH.
 * @param ways the ways to hand a message over, first choice first; default: node:ffi, then the helper.
 */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  ways?: readonly Send[],
): ServiceManager {
  const socket = env.NOTIFY_SOCKET ?? "";
  // The manager also knows vsock addresses, for virtual machines; those are not ours to reach.
  if (!/^[/@]./.test(socket)) return NOBODY;
  const inOrder = ways ?? waysTo(socket, env.PATH ?? "");
  let sent: Promise<void> = Promise.resolve();
  const deliver = async (message: string): Promise<void> => {
    // Each time anew: a manager that re-executes itself is away for a moment, and a daemon that gave up on it then
    // would be killed by the watchdog.
    for (const way of inOrder) if (await way(message)) return;
  };
  const say = (...lines: readonly string[]): void => {
    // One after the other: the helper's processes could overtake each other, and READY must come before WATCHDOG.
    sent = sent.then(() => deliver(lines.join("\n")));
  };
  return {
    ready: (status) => say("READY=1", statusLine(status)),
    status: (status) => say(statusLine(status)),
    watchdog: () => say("WATCHDOG=1"),
    reloading: () => say("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: (status) => say("STOPPING=1", statusLine(status)),
    watchdogMs: watchdogMs(env),
    flush: () => sent,
  };
}

function statusLine(status: string): string {
  return `STATUS=${status.replace(/\s+/g, " ").slice(0, MAX_STATUS_CHARS)}`;
}

function watchdogMs({
  WATCHDOG_USEC,
  WATCHDOG_PID,
}: Readonly<Record<string, string | undefined>>): number | null {
  const allowedMs = Number(WATCHDOG_USEC) / 1000;
  const forUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  return forUs && allowedMs > 0 ? allowedMs / 2 : null;
}

function waysTo(socket: string, path: string): readonly Send[] {
  const direct = bySystemCall(socket);
  return direct === null ? [byHelper(socket, path)] : [direct, byHelper(socket, path)];
}

/** Sends by sendto(2) of the C library that Node itself is linked with; null where Node cannot call it. */
export function bySystemCall(socket: string): Send | null {
  const ffi = quietFfi();
  if (ffi === null || process.platform !== "linux") return null;
  try {
    const { functions } = ffi.dlopen(null, {
      socket: { arguments: ["i32", "i32", "i32"], return: "i32" },
      sendto: { arguments: ["i32", "buffer", "u64", "i32", "buffer", "u32"], return: "i64" },
    });
    const fd = functions.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    if (fd < 0) return null;
    const address = unixAddress(socket);
    return (message) => {
      const bytes = Buffer.from(message);
      const length = BigInt(bytes.length);
      const sent = functions.sendto(fd, bytes, length, MSG_DONTWAIT_NOSIGNAL, address, address.length);
      return sent === length;
    };
  } catch {
    // The module is experimental: a later Node may name things differently, and then the helper serves.
    return null;
  }
}

/** Sends by the program systemd-notify, which every machine with systemd has. */
export function byHelper(socket: string, path: string): Send {
  return (message) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const child = spawn("systemd-notify", message.split("\n"), {
      // Nothing else of our environment: it may hold secrets.
      env: { NOTIFY_SOCKET: socket, PATH: path },
      stdio: "ignore",
      timeout: HELPER_TIMEOUT_MS,
    });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
    return promise;
  };
}

/** A sockaddr_un: the family, then the path with its NUL, or a NUL and the abstract name without one. */
function unixAddress(socket: string): Buffer {
  const name = Buffer.from(socket.startsWith("@") ? `\0${socket.slice(1)}` : `${socket}\0`);
  const family = Buffer.alloc(2);
  if (endianness() === "LE") family.writeUInt16LE(AF_UNIX);
  else family.writeUInt16BE(AF_UNIX);
  return Buffer.concat([family, name]);
}

/** node:ffi where this Node has it, loaded without its warning on stderr, which is no user's business. */
function quietFfi(): typeof Ffi | null {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule("node:ffi") ?? null;
  } catch {
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}
