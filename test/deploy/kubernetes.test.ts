// The Kubernetes manifests: what kustomize makes of them, and what makes revokewatch harmless beside others.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { build, readDocuments } from "./kustomize.ts";
import type { Yaml } from "./kustomize.ts";
import { settingsOf } from "./manifest-settings.ts";

const folder = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));
const RENDER = "run `kubectl kustomize` again, as the first line of the file says";

/** Every kind that is used, with the version of its API. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  Namespace: "v1",
  ServiceAccount: "v1",
  ConfigMap: "v1",
  Secret: "v1",
  Deployment: "apps/v1",
  DaemonSet: "apps/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  PodMonitor: "monitoring.coreos.com/v1",
  PrometheusRule: "monitoring.coreos.com/v1",
};

const EXAMPLES = [
  {
    name: "sidecar",
    kinds: ["ConfigMap", "Deployment", "NetworkPolicy", "PodMonitor", "PrometheusRule", "Secret"],
    container: (pod: Yaml): Yaml => pod.initContainers[0],
  },
  {
    name: "nodes",
    kinds: [
      "ConfigMap",
      "DaemonSet",
      "Namespace",
      "NetworkPolicy",
      "PodMonitor",
      "PrometheusRule",
      "Secret",
      "ServiceAccount",
    ],
    container: (pod: Yaml): Yaml => pod.containers[0],
  },
];

for (const { name: example, kinds, container } of EXAMPLES) {
  describe(`kubernetes ${example}`, () => {
    const documents = build(join(folder, "examples", example));
    const one = (kind: string): Yaml => documents.find((document) => document.kind === kind);
    const workload = one("Deployment") ?? one("DaemonSet");
    const pod = workload.spec.template.spec;
    const us = container(pod);
    const config: string = one("ConfigMap").data["revokewatch.yaml"];
    const volume = (name: string): Yaml => pod.volumes.find((given: Yaml) => given.name === name);
    const mounted = (path: string): Yaml => us.volumeMounts.find((given: Yaml) => given.mountPath === path);

    it("is of kinds and versions that there are", () => {
      assert.deepEqual(documents.map(({ kind }) => kind).toSorted(), kinds);
      for (const { kind, apiVersion } of documents) assert.equal(apiVersion, API_VERSIONS[kind], kind);
    });

    it("is what kustomize itself makes of it", () => {
      const rendered = readDocuments(join(folder, "rendered", `${example}.yaml`));
      assert.deepEqual(new Set(documents.map(idOf)), new Set(rendered.map(idOf)));
      for (const document of documents) {
        const same = rendered.find((other) => idOf(other) === idOf(document));
        assert.deepEqual(document, same, RENDER);
      }
    });

    it("has a configuration that is valid and listens where probes reach it", async () => {
      const settings = await settingsOf(config);
      assert.deepEqual(settings.http.listen, { host: "0.0.0.0", port: us.ports[0].containerPort });
      assert.equal(us.ports[0].name, "metrics");
    });

    it("mounts the configuration and the secret where they are looked for", () => {
      const { name: configVolume } = mounted("/etc/revokewatch");
      assert.equal(volume(configVolume).configMap.name, one("ConfigMap").metadata.name);
      const { name: secretVolume, mountPath } = mounted("/run/secrets/revokewatch");
      assert.equal(volume(secretVolume).secret.secretName, one("Secret").metadata.name);
      const [key] = Object.keys(one("Secret").stringData);
      assert.ok(config.includes(`token_file: ${mountPath}/${key}\n`));
      assert.equal(us.env, undefined);
    });

    it("reads logs from a place that is mounted", () => {
      const [, path = ""] = /paths: \["([^"]+)"\]/.exec(config) ?? [];
      const place = us.volumeMounts.find((given: Yaml) => dirname(path).startsWith(given.mountPath));
      assert.equal(place?.readOnly, true);
    });

    it("may do nothing but read the logs and write its state", () => {
      const { securityContext } = us;
      assert.equal(securityContext.readOnlyRootFilesystem, true);
      assert.equal(securityContext.allowPrivilegeEscalation, false);
      assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
      const seccomp = securityContext.seccompProfile ?? pod.securityContext.seccompProfile;
      assert.equal(seccomp.type, "RuntimeDefault");
      assert.equal(pod.automountServiceAccountToken, false);
      const writable = us.volumeMounts.filter((given: Yaml) => given.readOnly !== true);
      assert.deepEqual(
        writable.map((given: Yaml) => given.mountPath),
        ["/var/lib/revokewatch"],
      );
    });

    it("is asked for its life, and has limits and time to end", () => {
      for (const probe of ["startupProbe", "livenessProbe"]) {
        assert.deepEqual(us[probe].httpGet, { path: "/-/healthy", port: "metrics" });
      }
      assert.ok(us.resources.limits.memory && us.resources.requests.cpu);
      // A limit on CPU would slow down exactly the reading of a backlog.
      assert.equal(us.resources.limits.cpu, undefined);
      assert.ok(pod.terminationGracePeriodSeconds >= 15);
    });

    it("mounts only volumes that there are", () => {
      for (const each of [...(pod.initContainers ?? []), ...pod.containers]) {
        for (const { name } of each.volumeMounts) assert.ok(volume(name), name);
      }
    });

    it("is selected by its workload, its PodMonitor and its NetworkPolicy", () => {
      const { labels } = workload.spec.template.metadata;
      const selectors = [
        workload.spec.selector.matchLabels,
        one("PodMonitor").spec.selector.matchLabels,
        one("NetworkPolicy").spec.podSelector.matchLabels,
      ];
      for (const selector of selectors) {
        for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value, key);
      }
    });

    it("lets Prometheus in at its port", () => {
      const ports = one("NetworkPolicy").spec.ingress.flatMap((rule: Yaml) => rule.ports);
      assert.ok(ports.some((given: Yaml) => given.port === us.ports[0].containerPort));
      assert.equal(one("PodMonitor").spec.podMetricsEndpoints[0].port, us.ports[0].name);
    });
  });
}

describe("kubernetes sidecar component", () => {
  const documents = build(join(folder, "examples", "sidecar"));
  const deployment = documents.find(({ kind }) => kind === "Deployment");
  const pod = deployment.spec.template.spec;
  const [sidecar] = pod.initContainers;

  it("starts before the service, stops after it, and never decides the pod's readiness", () => {
    assert.equal(sidecar.restartPolicy, "Always");
    assert.equal(sidecar.readinessProbe, undefined);
  });

  it("is not root, and in the group of the volumes", () => {
    assert.equal(sidecar.securityContext.runAsNonRoot, true);
    assert.deepEqual([sidecar.securityContext.runAsUser, pod.securityContext.fsGroup], [65532, 65532]);
  });

  it("leaves the service as it was, but for the volumes beside its own", () => {
    const [before] = readDocuments(join(folder, "examples", "sidecar", "deployment.yaml"));
    const { containers, volumes } = before.spec.template.spec;
    assert.deepEqual(pod.containers, containers);
    for (const volume of volumes) {
      assert.deepEqual(
        pod.volumes.find(({ name }: Yaml) => name === volume.name),
        volume,
      );
    }
  });

  it("reads the directory that the service writes to", () => {
    const logs = sidecar.volumeMounts.find(({ name }: Yaml) => name === "logs");
    assert.deepEqual(logs, { ...pod.containers[0].volumeMounts[0], readOnly: true });
  });
});

describe("kubernetes monitoring", () => {
  const read = (path: string): Yaml =>
    parse(readFileSync(new URL(`../../deploy/${path}`, import.meta.url), "utf8"));

  it("has the rules that plain Prometheus has, group for group", () => {
    const groups = ["rules", "joined"].flatMap((name) => read(`prometheus/${name}.yml`).groups);
    const { spec } = read("kubernetes/components/monitoring/prometheus-rule.yaml");
    assert.deepEqual(spec.groups, groups, "copy the groups of deploy/prometheus under `spec`");
  });

  it("gives series the job that the rules look for", () => {
    const { spec } = read("kubernetes/components/monitoring/pod-monitor.yaml");
    const [job] = spec.podMetricsEndpoints[0].relabelings;
    assert.deepEqual(job, {
      targetLabel: "job",
      replacement: read("prometheus/scrape.yml").scrape_configs[0].job_name,
    });
  });
});

function idOf({ kind, metadata }: Yaml): string {
  return `${kind} ${metadata.namespace ?? ""} ${metadata.name}`;
}
