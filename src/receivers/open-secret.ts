// Opening a secret at the wire. A file that is gone or unreadable is a person's to mend, so it is an outcome and not an
// exception.

import type { Secret } from "../config/secrets.ts";
import { failure } from "./http-errors.ts";
import type { Outcome } from "./receiver.ts";

/** The value, or the failed delivery that its absence is. @param what as in "the Slack token". */
export function openSecret(secret: Secret, what: string): string | (Outcome & { kind: "failed" }) {
  try {
    const value = secret.open();
    return value === "" ? failure("auth", `${what} is empty`) : value;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    return failure("auth", `cannot read the file of ${what}: ${code}`);
  }
}
