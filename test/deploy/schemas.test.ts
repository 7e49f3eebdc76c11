// The manifests against the schemas that Kubernetes and the Prometheus operator publish.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DaemonSet, Deployment } from "kubernetes-models/apps/v1";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { ConfigMap, Namespace, Secret, ServiceAccount } from "kubernetes-models/v1";
import { PodMonitor, PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { build } from "./kustomize.ts";
import type { Yaml } from "./kustomize.ts";

const folder = fileURLToPath(new URL("../../deploy/kubernetes/examples/", import.meta.url));

/** One constructor for each kind; its `validate` throws with the place of the fault. */
const MODELS: Readonly<Record<string, new (data: Yaml) => { validate(): void }>> = {
  ConfigMap,
  DaemonSet,
  Deployment,
  Namespace,
  NetworkPolicy,
  PodMonitor,
  PrometheusRule,
  Secret,
  ServiceAccount,
};

describe("manifests", () => {
  for (const example of ["sidecar", "nodes"]) {
    for (const document of build(join(folder, example))) {
      it(`${example}: the ${document.kind} is as its schema says`, () => {
        const Model = MODELS[document.kind];
        assert.ok(Model !== undefined);
        new Model(document).validate();
      });
    }
  }

  it("would be refused with a field of the wrong type", () => {
    const document = build(join(folder, "sidecar")).find(({ kind }) => kind === "Deployment");
    document.spec.replicas = "two";
    assert.throws(() => new Deployment(document).validate(), /replicas/);
  });
});
