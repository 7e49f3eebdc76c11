// The web configuration's TLS as Node's server wants it, and what Node does not know: Go's policies for the certificates
// of clients.

import type { ServerOptions } from "node:https";
import type { Server, TLSSocket } from "node:tls";
import type { ClientAuth, WebTls } from "../config/web-config.ts";

/** What of TLS cannot change while the server listens: whether there is any, and what clients are asked for. */
export function tlsKind(tls: WebTls | null): ClientAuth | null {
  return tls === null ? null : tls.clientAuth;
}

/** Options of the server; those that may change are also what its `setSecureContext` takes. */
export function tlsOptions(tls: WebTls): ServerOptions {
  return {
    cert: tls.cert,
    key: tls.key.open(),
    ...(tls.clientCa === null ? {} : { ca: tls.clientCa }),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    ...(tls.ciphers === null ? {} : { ciphers: tls.ciphers }),
    ...(tls.ecdhCurve === null ? {} : { ecdhCurve: tls.ecdhCurve }),
    honorCipherOrder: tls.honorCipherOrder,
    requestCert: tls.clientAuth !== "NoClientCert",
    rejectUnauthorized: tls.clientAuth === "RequireAndVerifyClientCert",
  };
}

/** Ends each connection whose certificate is not what `tls()` wants, before a request of it is read. */
export function guardClients(server: Server, tls: () => WebTls | null): void {
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    const wanted = tls();
    if (wanted !== null && !isWelcomeClient(socket, wanted)) socket.destroy();
  });
}

function isWelcomeClient(socket: TLSSocket, { clientAuth, allowedSans }: WebTls): boolean {
  const certificate = socket.getPeerX509Certificate();
  switch (clientAuth) {
    case "NoClientCert":
    case "RequestClientCert":
      return true;
    case "VerifyClientCertIfGiven":
      return certificate === undefined || socket.authorized;
    case "RequireAndVerifyClientCert":
      if (!socket.authorized) return false;
      break;
    case "RequireAnyClientCert":
  }
  if (certificate === undefined) return false;
  return (
    allowedSans === null || namesIn(certificate.subjectAltName).some((name) => allowedSans.includes(name))
  );
}

/** `DNS:a, IP Address:10.0.0.1, email:b@c, URI:spiffe://d/e`; a name that holds a comma stands in JSON quotes. */
function namesIn(subjectAltName: string | undefined): readonly string[] {
  const entries = (subjectAltName ?? "").matchAll(/(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...entries].map(([, value = ""]) =>
    value.startsWith('"') ? (JSON.parse(value) as string) : value,
  );
}
