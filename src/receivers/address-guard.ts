// Where a receiver may connect to. Loopback and private networks are normal (a relay, an Alertmanager in the cluster);
// link-local, metadata, multicast and unspecified addresses are never a receiver, but what an attacker would aim at. The
// address is judged as the connection is made, so that a name which resolves differently the second time gains nothing.

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The code of the error with which a refused connection fails. */
export const REFUSED_ADDRESS = "ERR_REFUSED_ADDRESS";

const refused = new BlockList();
refused.addSubnet("0.0.0.0", 8, "ipv4");
refused.addSubnet("169.254.0.0", 16, "ipv4");
refused.addAddress("100.100.100.200", "ipv4"); // Alibaba Cloud's metadata service
refused.addAddress("192.0.0.192", "ipv4"); // Oracle Cloud's
refused.addSubnet("224.0.0.0", 4, "ipv4");
refused.addAddress("255.255.255.255", "ipv4");
refused.addAddress("::", "ipv6");
refused.addSubnet("fe80::", 10, "ipv6");
refused.addAddress("fd00:ec2::254", "ipv6"); // Amazon's metadata service
refused.addSubnet("ff00::", 8, "ipv6");

/** Prefixes under which IPv6 carries an IPv4 address in its last four bytes: NAT64's well-known one. */
const NAT64 = /^64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** True when a receiver may connect to this IP address. */
export function isAllowedAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return false;
  if (family === 4) return !refused.check(plain, "ipv4");
  const normal = (URL.parse(`http://[${plain}]`)?.hostname ?? "").slice(1, -1);
  const embedded = NAT64.exec(normal);
  if (embedded !== null) {
    const bytes = [embedded[1], embedded[2]].flatMap((hex) => {
      const n = Number.parseInt(hex as string, 16);
      return [n >> 8, n & 255];
    });
    return isAllowedAddress(bytes.join("."));
  }
  // BlockList reads ::ffff:a.b.c.d as the IPv4 address it stands for.
  return !refused.check(normal, "ipv6");
}

/** The error of a refused connection; names the rule, not what was asked for, which may be secret. */
function refusedAddress(): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(
    "the address is link-local, metadata, multicast or unspecified",
  );
  error.code = REFUSED_ADDRESS;
  return error;
}

/** @throws refusedAddress when the host is a forbidden address written out: `lookup` is not asked for those. */
export function checkLiteral(host: string): void {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0 && !isAllowedAddress(bare)) throw refusedAddress();
}

/** Resolves like the system does and drops forbidden addresses; fails when none is left. For `lookup` options. */
export const guardedLookup: LookupFunction = (hostname, options, callback) =>
  guardLookup(systemLookup as Resolve)(hostname, options, callback);

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A guard around any resolver. */
export function guardLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address));
      const first = allowed[0];
      if (first === undefined) return callback(refusedAddress(), "", 0);
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}
