// A real Postfix of our own on loopback: its configuration, queue and mailbox lie in one folder, it demands STARTTLS and
// a login, and delivers into a maildir. The login is asked of a Dovecot-style service that the test itself plays, since
// Debian's Postfix carries no password store of its own.

import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { runDebian } from "./debian.ts";
import { freePort } from "./free-port.ts";
import { PATIENCE_MS, patience } from "./patience.ts";
import { tempFolder } from "./temp-folder.ts";

/** One that is running. */
export interface Postfix extends AsyncDisposable {
  readonly port: number;
  /** PEM file of the authority that signed its certificate, which is for `localhost`. */
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  /** Mails in the maildir of lead@revokewatch.test, waiting until there are `count`. */
  mails(count: number): Promise<string[]>;
  /** Postfix's own log. */
  log(): string;
  /** Waits until `text` stands in it: its processes write there by another one. */
  logged(text: string): Promise<boolean>;
}

/** Starts one. @param tls whether STARTTLS is offered at all; default true. */
export async function startPostfix(tls = true): Promise<Postfix> {
  const folder = tempFolder();
  // Postfix's processes run as their own user and have to reach into it.
  chmodSync(folder.path, 0o755);
  const username = "robot";
  const password = "a long test password";
  const auth = await authService(username, password);
  const certificate = makeCertificates(folder.path);
  const port = await freePort();
  const owner = ids("postfix");
  for (const name of ["etc", "queue", "data", "mail"]) mkdirSync(folder.join(name));
  chownSync(folder.join("data"), owner.uid, owner.gid);
  chownSync(folder.join("mail"), owner.uid, owner.gid);
  writeFileSync(folder.join("etc/main.cf"), mainCf(folder.path, owner, tls, certificate, auth.port));
  writeFileSync(folder.join("etc/master.cf"), masterCf(port));
  const control = (verb: string): void => {
    runDebian("postfix", ["-c", folder.join("etc"), verb]);
  };
  control("start");
  const log = (): string => readFileSync(folder.join("mail.log"), "utf8");
  return {
    port,
    caFile: certificate.ca,
    username,
    password,
    async mails(count) {
      const maildir = folder.join("mail/lead/new");
      const until = Date.now() + PATIENCE_MS;
      while (listed(maildir).length < count && Date.now() < until) await delay(50);
      return listed(maildir).map((name) => readFileSync(`${maildir}/${name}`, "utf8"));
    },
    log,
    async logged(text) {
      const late = patience();
      while (!log().includes(text) && !late.aborted) await delay(50);
      return log().includes(text);
    },
    async [Symbol.asyncDispose]() {
      control("stop");
      auth.server.close();
      folder[Symbol.dispose]();
    },
  };
}

function listed(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function ids(user: string): { uid: number; gid: number } {
  const ask = (option: string): number => Number(execFileSync("id", [option, user], { encoding: "utf8" }));
  return { uid: ask("-u"), gid: ask("-g") };
}

interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority, and a certificate for localhost that it signed. */
function makeCertificates(folder: string): Certificates {
  const paths = { ca: `${folder}/ca.pem`, certificate: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const make = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
  ];
  openssl(...make, "-keyout", "ca.key", "-out", paths.ca, "-subj", "/CN=revokewatch test authority");
  const signed = ["-CA", paths.ca, "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  openssl(...make, "-keyout", paths.key, "-out", paths.certificate, ...name, ...signed);
  return paths;
}

function mainCf(
  folder: string,
  owner: { uid: number; gid: number },
  tls: boolean,
  { certificate, key }: Certificates,
  authPort: number,
): string {
  const settings: Record<string, string | number> = {
    compatibility_level: "3.6",
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: folder,
    myhostname: "mx.revokewatch.test",
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    mydestination: "",
    // A private instance has no proxymap for the local passwd table, and needs none.
    local_recipient_maps: "",
    virtual_mailbox_domains: "revokewatch.test",
    virtual_mailbox_base: `${folder}/mail`,
    virtual_mailbox_maps: "inline:{lead@revokewatch.test=lead/}",
    virtual_uid_maps: `static:${owner.uid}`,
    virtual_gid_maps: `static:${owner.gid}`,
    virtual_minimum_uid: 1,
    smtpd_tls_security_level: tls ? "encrypt" : "none",
    smtpd_tls_cert_file: certificate,
    smtpd_tls_key_file: key,
    smtpd_tls_auth_only: "yes",
    smtpd_sasl_auth_enable: "yes",
    smtpd_sasl_type: "dovecot",
    smtpd_sasl_path: `inet:127.0.0.1:${authPort}`,
    mynetworks: "",
    smtpd_relay_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
    smtpd_recipient_restrictions: "permit_sasl_authenticated,reject",
    biff: "no",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

/** Only the services that take one mail in and put it into a maildir. */
function masterCf(port: number): string {
  const services: readonly (readonly [string, string, string])[] = [
    [`127.0.0.1:${port}`, "inet", "n - n - - smtpd"],
    ["cleanup", "unix", "n - n - 0 cleanup"],
    ["qmgr", "unix", "n - n 300 1 qmgr"],
    ["tlsmgr", "unix", "- - n 1000? 1 tlsmgr"],
    ["rewrite", "unix", "- - n - - trivial-rewrite"],
    ["bounce", "unix", "- - n - 0 bounce"],
    ["defer", "unix", "- - n - 0 bounce"],
    ["trace", "unix", "- - n - 0 bounce"],
    ["error", "unix", "- - n - - error"],
    ["retry", "unix", "- - n - - error"],
    ["virtual", "unix", "- n n - - virtual"],
    ["anvil", "unix", "- - n - 1 anvil"],
    ["postlog", "unix-dgram", "n - n - 1 postlogd"],
  ];
  return services.map((columns) => `${columns.join(" ")}\n`).join("");
}

/** The few words of Dovecot's authentication protocol that Postfix needs for PLAIN. */
async function authService(username: string, password: string): Promise<{ server: Server; port: number }> {
  const right = Buffer.from(`\0${username}\0${password}`).toString("base64");
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.write("VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n");
    socket.setEncoding("utf8").on("data", (text) => {
      for (const line of String(text).split("\n")) {
        const [verb, id, , ...parameters] = line.split("\t");
        if (verb !== "AUTH") continue;
        const answer = parameters.find((parameter) => parameter.startsWith("resp="))?.slice("resp=".length);
        socket.write(answer === right ? `OK\t${id}\tuser=${username}\n` : `FAIL\t${id}\tuser=${username}\n`);
      }
    });
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
