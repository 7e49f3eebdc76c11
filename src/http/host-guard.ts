// Keeps web pages away from a listener that only this machine should reach. A page on evil.example can point its own
// name at 127.0.0.1 (DNS rebinding) and would then be "same origin" with us; its requests still name the host evil.example.

import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Whether an address, or the name localhost, can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  switch (isIP(name)) {
    case 4:
      return LOOPBACK.check(name, "ipv4");
    case 6:
      return LOOPBACK.check(name, "ipv6");
    default:
      return name === "localhost" || name.endsWith(".localhost");
  }
}

/**
 * Whether a request may be answered. Any port passes, since a port may be forwarded.
 * @param hostHeader the request's Host header; HTTP/1.0 sends none, and no browser does without.
 * @param externalUrl where people reach the page, by configuration: a proxy on this machine may ask in its name.
 */
export function isWelcome(
  listenHost: string,
  hostHeader: string | undefined,
  externalUrl: string | null = null,
): boolean {
  if (!isLoopback(listenHost) || hostHeader === undefined) return true;
  if (externalUrl !== null && URL.parse(externalUrl)?.host === hostHeader.toLowerCase()) return true;
  return isLoopback(hostHeader.replace(/:\d*$/, ""));
}
