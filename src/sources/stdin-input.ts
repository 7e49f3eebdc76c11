// How standard input is read. A pipe is read straight into the caller's memory: as a stream of buffers, with memory for
// each, it costs three times the CPU. It gives at most 64 KiB at a time, for the kernel lets nobody here ask for more.

import { fstatSync, readSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";

/** Work of one turn of the event loop over a file. */
const TURN_BYTES = 8 * 2 ** 20;

/** Something that is read once, from where it stands to its end. */
export interface Input {
  /**
   * Reads into `room` until the end, or until `signal` aborts, which ends it within the turn.
   * @param take given the number of bytes that stand at the beginning of `room`, in the turn in which they were read.
   * @throws what reading fails with.
   */
  read(room: Buffer, take: (bytes: number) => void, signal: AbortSignal): Promise<void>;
}

/** The process's standard input; null when it was closed (`<&-`). */
export function standardInput(): Input | null {
  try {
    const stats = fstatSync(0);
    if (stats.isFile()) return { read: readFile };
    if (stats.isFIFO() || stats.isSocket()) return { read: readSocket };
    return streamInput(process.stdin);
  } catch {
    return null;
  }
}

/** Any other stream: a terminal, a device. */
export function streamInput(stream: Readable): Input {
  return {
    async read(room, take, signal) {
      const stop = (): void => void stream.destroy();
      signal.addEventListener("abort", stop, { once: true });
      try {
        for await (const bytes of stream as AsyncIterable<Buffer>) {
          for (let at = 0; at < bytes.length && !signal.aborted; at += room.length) {
            take(bytes.copy(room, 0, at));
          }
          if (signal.aborted) return;
        }
      } catch (error) {
        // Destroying it ends the loop, also while it is silent; what it still held is not read.
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener("abort", stop);
        stream.destroy();
      }
    },
  };
}

async function readFile(room: Buffer, take: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted;) {
    const bytes = readSync(0, room, 0, room.length, null);
    if (bytes === 0) return;
    take(bytes);
    turn += bytes;
    if (turn < TURN_BYTES) continue;
    turn = 0;
    await setImmediate();
  }
}

function readSocket(room: Buffer, take: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: room,
      callback(bytes: number): boolean {
        // What is thrown here would be nobody's.
        try {
          if (!signal.aborted) take(bytes);
        } catch (error) {
          socket.destroy(error as Error);
        }
        return true;
      },
    };
    const socket = new Socket({ fd: 0, readable: true, writable: false, onread });
    const stop = (): void => void socket.destroy();
    signal.addEventListener("abort", stop, { once: true });
    socket.once("error", reject);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    // The end is told to those who read only.
    socket.resume();
  });
}
