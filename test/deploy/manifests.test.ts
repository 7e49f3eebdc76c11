// The manifests: their configurations are valid, and what makes a sidecar harmless stands in them.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { roster } from "../../src/roster.ts";
import { loadSettings } from "../../src/settings.ts";
import type { Settings } from "../../src/settings.ts";
import { tempFolder } from "../support/temp-folder.ts";

const deploy = new URL("../../deploy/", import.meta.url);

/** Something out of a YAML document, of which each test knows the shape. */
// oxlint-disable-next-line typescript/no-explicit-any -- manifests are other programs' data
type Yaml = any;

function read(name: string): string {
  return readFileSync(new URL(name, deploy), "utf8");
}

/** The settings that a configuration inside a manifest gives; it must have no error. */
async function settingsOf(yaml: string, env: Record<string, string> = {}): Promise<Settings> {
  using folder = tempFolder();
  const configPath = folder.join("revokewatch.yaml");
  writeFileSync(configPath, yaml);
  const { settings, findings } = await loadSettings({ configPath, env, cwd: folder.path, roster });
  const errors = findings.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  assert.ok(settings !== null);
  return settings;
}

describe("kubernetes sidecar", () => {
  const documents = parseAllDocuments(read("kubernetes/sidecar.yaml")).map((document): Yaml => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
  const [config, secret, deployment] = documents as [Yaml, Yaml, Yaml];
  const pod = deployment.spec.template.spec;
  const [sidecar] = pod.initContainers;
  const volume = (name: string): Yaml => pod.volumes.find((one: Yaml) => one.name === name);
  const mount = (name: string): Yaml => sidecar.volumeMounts.find((one: Yaml) => one.name === name);

  it("is a ConfigMap, a Secret and a Deployment", () => {
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ["ConfigMap", "Secret", "Deployment"],
    );
  });

  it("has a configuration that is valid and listens where probes reach it", async () => {
    const settings = await settingsOf(config.data["revokewatch.yaml"]);
    assert.deepEqual(settings.http.listen, { host: "0.0.0.0", port: sidecar.ports[0].containerPort });
  });

  it("mounts the configuration and the secret where they are looked for", () => {
    assert.equal(volume("revokewatch-config").configMap.name, config.metadata.name);
    assert.equal(volume("revokewatch-secrets").secret.secretName, secret.metadata.name);
    assert.equal(mount("revokewatch-config").mountPath, "/etc/revokewatch");
    const [name] = Object.keys(secret.stringData);
    const tokenFile = `${mount("revokewatch-secrets").mountPath}/${name}`;
    assert.ok(config.data["revokewatch.yaml"].includes(`token_file: ${tokenFile}\n`));
  });

  it("starts before the service, stops after it, and never decides the pod's readiness", () => {
    assert.equal(sidecar.restartPolicy, "Always");
    assert.equal(sidecar.readinessProbe, undefined);
    for (const probe of ["startupProbe", "livenessProbe"]) {
      assert.deepEqual(sidecar[probe].httpGet, { path: "/-/healthy", port: "metrics" });
    }
    assert.ok(pod.terminationGracePeriodSeconds >= 15);
  });

  it("may do nothing but read the logs and write its state", () => {
    assert.deepEqual(sidecar.securityContext, {
      runAsUser: 65532,
      runAsGroup: 65532,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
    const writable = sidecar.volumeMounts.filter((one: Yaml) => one.readOnly !== true);
    assert.deepEqual(
      writable.map((one: Yaml) => one.mountPath),
      ["/var/lib/revokewatch"],
    );
  });

  it("reads the directory that the service writes to", () => {
    assert.deepEqual(mount("logs"), { ...pod.containers[0].volumeMounts[0], readOnly: true });
    assert.ok(volume("logs").emptyDir.sizeLimit);
    assert.ok(config.data["revokewatch.yaml"].includes(`"${mount("logs").mountPath}/*.log"`));
  });

  it("mounts only volumes that there are", () => {
    for (const container of [sidecar, ...pod.containers]) {
      for (const { name } of container.volumeMounts) assert.ok(volume(name), name);
    }
  });
});

describe("compose", () => {
  const compose: Yaml = parse(read("compose.yaml"));
  const { revokewatch } = compose.services;

  it("has a configuration that is valid once Compose has taken its own dollars out", async () => {
    const content = compose.configs.revokewatch.content.replaceAll("$$", "$");
    const settings = await settingsOf(content, { SLACK_CHANNEL: "C0123456789" });
    assert.deepEqual(settings.http.listen, { host: "0.0.0.0", port: 10401 });
    assert.ok(content.includes(`token_file: /run/secrets/${revokewatch.secrets[0]}\n`));
  });

  it("publishes the port to this machine only", () => {
    assert.deepEqual(revokewatch.ports, ["127.0.0.1:10401:10401"]);
  });

  it("may do nothing but read the logs and write its state", () => {
    assert.equal(revokewatch.read_only, true);
    assert.deepEqual(revokewatch.cap_drop, ["ALL"]);
    assert.deepEqual(revokewatch.security_opt, ["no-new-privileges:true"]);
    assert.deepEqual(revokewatch.volumes, ["logs:/var/log/checkout:ro", "state:/var/lib/revokewatch"]);
  });

  it("gives secrets as files, never as environment", () => {
    assert.deepEqual(Object.keys(revokewatch.environment), ["SLACK_CHANNEL"]);
  });
});
