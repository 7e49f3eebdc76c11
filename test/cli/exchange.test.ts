import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { certificateFault } from "../../src/cli/exchange.ts";

const faultOf = (code: string): string | null =>
  certificateFault(Object.assign(new Error("x"), { code }), "https://a:1");

describe("certificateFault", () => {
  it("tells the daemon's certificate from the one that is asked of us", () => {
    assert.equal(
      faultOf("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      "the certificate of https://a:1 is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE (--ca-file)",
    );
    assert.match(faultOf("ERR_TLS_CERT_ALTNAME_INVALID") ?? "", /--ca-file/);
    assert.equal(
      faultOf("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
      "the daemon at https://a:1 asks for a client certificate that it trusts: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED (--cert-file, --key-file)",
    );
    assert.match(faultOf("ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE") ?? "", /--cert-file/);
  });

  it("is about certificates only", () => {
    assert.equal(faultOf("ECONNREFUSED"), null);
    assert.equal(faultOf("ECONNRESET"), null);
  });
});
