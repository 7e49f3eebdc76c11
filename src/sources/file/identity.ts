// Who a file is, apart from its name: inode and birth time, and prints of its first bytes and of the bytes before the
// position. Inode numbers are reused within milliseconds (ext4: 200 of 200 times), names move, device numbers change
// over a reboot; only together do they tell "the same bytes, further on" from "something else".

import { hash } from "node:crypto";

/** Length and hash of a stretch of bytes: enough to know it again, useless for reading it. */
export interface Print {
  readonly length: number;
  /** First 32 hex digits of SHA-256; "" for no bytes. */
  readonly hash: string;
}

export interface FileId {
  readonly dev: bigint;
  readonly ino: bigint;
  /** 0 where the file system keeps none. */
  readonly birthtimeNs: bigint;
}

/** What is known of the body of bytes that a position belongs to. */
export interface Identity extends FileId {
  /** Of the first bytes, at most HEAD_BYTES and never beyond the position. */
  readonly head: Print;
  /** Of the bytes just before the position. */
  readonly anchor: Print;
}

/** Enough to tell files with a shared header apart in nearly all cases; what still agrees is decided by the anchor. */
export const HEAD_BYTES = 1024;
/**
 * Bytes before the position that are compared at each read: enough to hold a time stamp or an id of the last lines, since
 * the ends of log lines are often all the same; few enough to cost nothing (10 MiB for 20,000 files).
 */
export const ANCHOR_BYTES = 512;
/** A position below this proves nothing by its bytes alone: many files begin alike. */
const PROOF_BYTES = 64;

export const NO_PRINT: Print = { length: 0, hash: "" };

const HASH_DIGITS = 32;

export function printOf(bytes: Buffer): Print {
  if (bytes.length === 0) return NO_PRINT;
  return { length: bytes.length, hash: hash("sha256", bytes, "buffer").toString("hex", 0, HASH_DIGITS / 2) };
}

/** True when `bytes` begin with what was printed. */
export function printMatches(print: Print, bytes: Buffer): boolean {
  return bytes.length >= print.length && printOf(bytes.subarray(0, print.length)).hash === print.hash;
}

/** Names an inode among the files that exist now. */
export function inodeKey(id: FileId): string {
  return `${id.dev}:${id.ino}`;
}

/** What a candidate's bytes said: `size` and the two prints compared at the places where the identity has them. */
export interface Candidate extends FileId {
  readonly size: number;
  readonly headMatches: boolean;
  readonly anchorMatches: boolean;
}

/**
 * What a candidate is to a saved identity.
 * - `same`: our file, go on at the position.
 * - `copy`: another file that begins with all the bytes we have read: copied, moved over a file system border.
 * - `truncated`: our file, but its bytes up to the position are gone.
 * - `other`: nothing to do with us, even if the inode number agrees.
 */
export type Kinship = "same" | "copy" | "truncated" | "other";

export function kinship(known: Identity, offset: number, candidate: Candidate): Kinship {
  const agree = bytesAgree(candidate, offset);
  // A changed `dev` alone never makes a new file: device numbers change over reboots, NFS mounts and containers.
  if (candidate.ino === known.ino && sameBirth(known, candidate)) return agree ? "same" : "truncated";
  if (agree && offset > PROOF_BYTES) return candidate.ino === known.ino ? "same" : "copy";
  return "other";
}

/** True when a candidate holds all the bytes up to `offset` that the identity tells of. */
export function bytesAgree(candidate: Candidate, offset: number): boolean {
  return candidate.size >= offset && candidate.headMatches && candidate.anchorMatches;
}

function sameBirth(a: FileId, b: FileId): boolean {
  return a.birthtimeNs === b.birthtimeNs;
}
