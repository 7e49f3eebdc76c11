// Web configurations on disk: certificates of the fixtures, and a user whose password is "correct horse".

import { copyFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadWebConfig, type WebConfig } from "../../src/config/web-config.ts";
import type { TempFolder } from "./temp-folder.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/tls");

export const USER = "prometheus";
export const PASSWORD = "correct horse";
/** Of cost 4: a test has other things to do. */
export const HASH = "$2b$04$g9NfmhrgUJTl27./blF3QOzK1/VXRzz/86AM487AMa/CNYrJxAFjy";

/** PEM text of a fixture, such as `ca.crt`. */
export function pem(name: string): string {
  return readFileSync(join(FIXTURES, name), "utf8");
}

/** Puts certificate and key of a fixture under `server.crt` and `server.key` into the folder, and the CA beside. */
export function placeCertificate(folder: TempFolder, name = "server"): void {
  for (const end of ["crt", "key"])
    copyFileSync(join(FIXTURES, `${name}.${end}`), folder.join(`server.${end}`));
  chmodSync(folder.join("server.key"), 0o600);
  copyFileSync(join(FIXTURES, "ca.crt"), folder.join("ca.crt"));
}

/** The lines that name what `placeCertificate` placed. */
export const TLS_LINES = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
export const USER_LINES = `basic_auth_users:\n  ${USER}: ${HASH}\n`;

/** Writes `web.yml` into the folder and loads it; one with a finding is the test's mistake. */
export async function webConfigIn(folder: TempFolder, text: string): Promise<WebConfig> {
  const path = folder.join("web.yml");
  writeFileSync(path, text);
  const { web, findings } = await loadWebConfig(path, {});
  if (web === null) throw new Error(findings.map(({ message }) => message).join("\n"));
  return web;
}
