// Which Node the program runs under: an older one has no SQLite and not these flags, and would end in a page of code.

/** The least version that will do, as `engines` in package.json says. */
export const LEAST = [24, 12] as const;

/** What to tell whoever started it under this Node; null when it will do. @param version such as `v24.12.0` */
export function tooOld(version: string, path: string): string | null {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return null;
  return `revokewatch: needs Node ${LEAST.join(".")} or later; ${path} is ${version}`;
}
