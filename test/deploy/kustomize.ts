// As much of kustomize as our manifests use: resources, components, labels, a namespace and strategic merges. The plain
// manifests in deploy/kubernetes/rendered were printed by kustomize itself and show that this does the same.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

/** Something out of a manifest, of which each test knows the shape. */
// oxlint-disable-next-line typescript/no-explicit-any -- manifests are other programs' data
export type Yaml = any;

interface Kustomization {
  readonly kind: "Kustomization" | "Component";
  readonly namespace?: string;
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly {
    readonly path: string;
    readonly target: { readonly kind: string; readonly labelSelector: string };
  }[];
}

/** By what the items of a list are told apart when two are merged; other lists are replaced whole. */
const LIST_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
};

/** Kinds that stand in no namespace. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set(["Namespace"]);

/** All documents of a file, read as Kubernetes reads them: YAML 1.1, in which `0440` is octal. */
export function readDocuments(path: string): Yaml[] {
  return parseAllDocuments(readFileSync(path, "utf8"), { version: "1.1" }).map((document): Yaml => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS();
  });
}

/** The documents that a folder with a kustomization stands for. */
export function build(folder: string): Yaml[] {
  return apply(folder, []);
}

/** @param before what a component adds to and patches. */
function apply(folder: string, before: readonly Yaml[]): Yaml[] {
  const [kustomization] = readDocuments(join(folder, "kustomization.yaml")) as [Kustomization];
  const { namespace, labels = [], resources = [], components = [], patches = [] } = kustomization;
  const own = resources.flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? build(path) : readDocuments(path);
  });
  const joined = components.reduce<Yaml[]>(
    (all, name) => apply(join(folder, name), all),
    [...before, ...own],
  );
  return joined.map((document) => {
    const fitting = patches.filter(({ target }) => selects(target, document));
    const patched = fitting.reduce<Yaml>((now, { path }) => {
      const [patch] = readDocuments(join(folder, path));
      return { ...merge(now, patch), metadata: now.metadata };
    }, document);
    return named(patched, namespace, Object.assign({}, ...labels.map(({ pairs }) => pairs)));
  });
}

function selects(target: { kind: string; labelSelector: string }, document: Yaml): boolean {
  const [name = "", value] = target.labelSelector.split("=");
  return document.kind === target.kind && document.metadata.labels?.[name] === value;
}

function named(document: Yaml, namespace: string | undefined, labels: Record<string, string>): Yaml {
  const metadata = { ...document.metadata };
  if (namespace !== undefined && !CLUSTER_WIDE.has(document.kind)) metadata.namespace = namespace;
  if (Object.keys(labels).length > 0) metadata.labels = { ...metadata.labels, ...labels };
  return { ...document, metadata };
}

/** A strategic merge: mappings by their keys, the lists above by their items' names, the rest is replaced. */
function merge(base: Yaml, patch: Yaml, key = ""): Yaml {
  const itemKey = LIST_KEYS[key];
  if (Array.isArray(base) && Array.isArray(patch) && itemKey !== undefined) {
    const merged = patch.map((item) => {
      const same = base.find((other) => other[itemKey] === item[itemKey]);
      return same === undefined ? item : merge(same, item);
    });
    const patched = new Set(patch.map((item) => item[itemKey]));
    return [...merged, ...base.filter((item) => !patched.has(item[itemKey]))];
  }
  if (!isMapping(base) || !isMapping(patch)) return patch;
  const merged = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    merged[name] = name in base ? merge(base[name], value, name) : value;
  }
  return merged;
}

function isMapping(value: Yaml): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
