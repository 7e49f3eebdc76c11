// Where a receiver may connect to. Loopback and private networks are normal (a relay, an Alertmanager in the cluster);
// link-local, metadata, multicast and unspecified addresses are what an attacker would aim at. The address is judged as the
// connection is made, so that a name which resolves differently the second time gains nothing.

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The code of the error with which a refused connection fails. */
export const REFUSED_ADDRESS = "ERR_REFUSED_ADDRESS";

/** Where no receiver ever is: the services that hand out a machine's credentials, many at once, nobody. */
const never = new BlockList();
never.addSubnet("0.0.0.0", 8, "ipv4");
never.addAddress("169.254.169.254", "ipv4"); // Amazon, Google, Azure, OpenStack and most others
never.addAddress("169.254.170.2", "ipv4"); // Amazon's, for containers
never.addAddress("169.254.170.23", "ipv4"); // and for pods
never.addAddress("100.100.100.200", "ipv4"); // Alibaba Cloud
never.addAddress("192.0.0.192", "ipv4"); // Oracle Cloud
never.addAddress("168.63.129.16", "ipv4"); // Azure's agent
never.addSubnet("224.0.0.0", 4, "ipv4");
never.addAddress("255.255.255.255", "ipv4");
never.addAddress("::", "ipv6");
never.addAddress("fd00:ec2::254", "ipv6"); // Amazon
never.addAddress("fd00:ec2::23", "ipv6"); // Amazon's, for pods
never.addAddress("fd20:ce::254", "ipv6"); // Google
never.addSubnet("ff00::", 8, "ipv6");

/** What only a configuration that says so may mean. */
const linkLocal = new BlockList();
linkLocal.addSubnet("169.254.0.0", 16, "ipv4");
linkLocal.addSubnet("fe80::", 10, "ipv6");

/**
 * True when a receiver may connect to this IP address.
 * @param allowLinkLocal the configuration means link-local addresses; those of metadata services stay refused.
 */
export function isAllowedAddress(address: string, allowLinkLocal: boolean): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return false;
  const normal = family === 4 ? plain : normalIPv6(plain);
  const embedded = family === 4 ? null : embeddedIPv4(normal);
  if (embedded !== null && !isAllowedAddress(embedded, allowLinkLocal)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  // BlockList reads ::ffff:a.b.c.d as the IPv4 address it stands for.
  return !never.check(normal, type) && (allowLinkLocal || !linkLocal.check(normal, type));
}

const normalIPv6 = (address: string): string =>
  (URL.parse(`http://[${address}]`)?.hostname ?? "").slice(1, -1);

/** The IPv4 address to which an IPv6 one is carried on: by NAT64 (RFC 6052, 8215), 6to4 (3056), or as `::a.b.c.d`. */
function embeddedIPv4(normal: string): string | null {
  const [head = "", tail] = normal.split("::");
  const first = head.split(":").filter((group) => group !== "");
  const last = (tail ?? "").split(":").filter((group) => group !== "");
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0"), ...last];
  const [a, b, c, d, e, f, g, h] = groups.map((group) => Number.parseInt(group, 16));
  const isNat64 = a === 0x64 && b === 0xff9b;
  const isCompatible = [a, b, c, d, e, f].every((group) => group === 0) && g !== 0;
  const carried = a === 0x2002 ? [b, c] : isNat64 || isCompatible ? [g, h] : null;
  return carried === null ? null : carried.flatMap((n = 0) => [n >> 8, n & 255]).join(".");
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
export function checkLiteral(host: string, allowLinkLocal: boolean): void {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0 && !isAllowedAddress(bare, allowLinkLocal)) throw refusedAddress();
}

/** Resolves like the system does and drops forbidden addresses; fails when none is left. For `lookup` options. */
export function guardedLookup(allowLinkLocal: boolean): LookupFunction {
  return guardLookup(systemLookup as Resolve, allowLinkLocal);
}

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A guard around any resolver. */
export function guardLookup(resolve: Resolve, allowLinkLocal: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, allowLinkLocal));
      const first = allowed[0];
      if (first === undefined) return callback(refusedAddress(), "", 0);
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}
