// Loaded into the real daemon with --import: a resolver under an attacker's control. The name `rebind.example` leads to
// 127.0.0.1 when it is asked for first, and to a cloud's metadata service ever after.

import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const NAME = "rebind.example";
const real = dns.lookup;
let asked = 0;

type Answer = (error: Error | null, addresses: { address: string; family: number }[]) => void;

dns.lookup = ((name: string, options: object, answer: Answer): void => {
  if (name !== NAME) return void (real as unknown as (...args: unknown[]) => void)(name, options, answer);
  asked += 1;
  const address = asked === 1 ? "127.0.0.1" : "169.254.169.254";
  process.stderr.write(`${JSON.stringify({ fact: "resolved", address })}\n`);
  setImmediate(() => answer(null, [{ address, family: 4 }]));
}) as unknown as typeof dns.lookup;
syncBuiltinESMExports();
