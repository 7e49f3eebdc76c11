// File systems whose files are written by other machines: the kernel here is not told of that, so there are no hints.

import { statfsSync } from "node:fs";
import { systemPath } from "./path-name.ts";

/** `f_type` of statfs(2), from Linux' include/uapi/linux/magic.h and the file systems' own headers. */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x517b, "smb"],
  [0x01021997, "9p"],
  [0x65735546, "fuse"],
  [0x00c36400, "ceph"],
  [0x0bd00bd0, "lustre"],
  [0x5346414f, "afs"],
  [0x01161970, "gfs2"],
  [0x7461636f, "ocfs2"],
  [0x786f4256, "vboxsf"],
  [0xbacbacbc, "vmhgfs"],
]);

/** Name of the network file system that a directory lies on; null on one of this machine, or when that cannot be told. */
export function remoteFileSystem(directory: string): string | null {
  try {
    const { type } = statfsSync(systemPath(directory === "" ? "." : directory));
    // Node gives the type as a number whose sign depends on the architecture.
    return REMOTE.get(type >>> 0) ?? null;
  } catch {
    return null;
  }
}
