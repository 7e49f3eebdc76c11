// HOST:PORT, as `http.listen` and --listen write it.

/** Where a server listens. */
export interface Listen {
  /** Name or address, without brackets; empty for every address of the machine. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

const LISTEN = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** Reads `127.0.0.1:10401`, `localhost:0`, `[::1]:10401` or `:10401` (every address); null for anything else. */
export function parseListen(text: string): Listen | null {
  const parts = LISTEN.exec(text);
  if (parts === null) return null;
  const port = Number(parts[3]);
  return port > MAX_PORT ? null : { host: parts[1] ?? parts[2] ?? "", port };
}
