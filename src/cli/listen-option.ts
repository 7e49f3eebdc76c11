// HOST:PORT as --listen takes it.

import { UsageError } from "./verb.ts";

/** `127.0.0.1:10401`, `[::1]:0`, `:10401` (every address). @throws UsageError for anything else. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const parts = /^(\[[0-9a-f:.]+\]|[^:\s]*):(\d{1,5})$/i.exec(text);
  const port = Number(parts?.[2]);
  if (parts === null || port > 65_535) {
    throw new UsageError(`--listen takes HOST:PORT, such as 127.0.0.1:10401, not ${JSON.stringify(text)}`);
  }
  return { host: parts[1] ?? "", port };
}
