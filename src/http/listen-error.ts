// Why the HTTP server could not start, in words that say what to do.

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use, perhaps by another revokewatch",
  EACCES: "this user may not use the port (those below 1024 need privileges)",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "the host name is not known",
  EAFNOSUPPORT: "this machine does not speak that kind of address",
};

/** Listening failed; the process ends with exit code 1. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  /** The errno name, such as EADDRINUSE. */
  readonly code: string;

  constructor(host: string, port: number, code: string) {
    const reason = REASONS[code] ?? `the system says ${code === "" ? "no more" : code}`;
    super(
      `Cannot listen on ${host}:${port}: ${reason}; choose another with --listen HOST:PORT, or use --no-http`,
    );
    this.code = code;
  }
}
