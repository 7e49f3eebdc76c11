// The numbers of the daemon, kept in prom-client's registry behind a typed door: a name from the catalogue, all of its
// labels, a value. The only file that knows prom-client.
//
// `registry.metrics()` is never called: in OpenMetrics mode it strips `_total` off the counters for good, and the format
// would belong to the registry instead of the request. `read` gives plain data, which exposition.ts writes in either format.

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { OpenMetricsContentType } from "prom-client";
import { CATALOGUE, PREFIX } from "./catalogue/catalogue.ts";
import type { CounterName, GaugeName, HistogramName, LabelsOf, MetricName } from "./catalogue/catalogue.ts";
import type { MetricSpec } from "./catalogue/spec.ts";
import { LAG_SAMPLING_MS, withoutSampling } from "./event-loop-lag.ts";
import { BucketTally } from "./bucket-tally.ts";
import type { Exemplar, Family, Sample } from "./family.ts";

/** Gauges of prom-client whose names end in `_total`, which promtool refuses. */
const MISNAMED_DEFAULTS = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** What an exemplar may hold: one visible ASCII word. OpenMetrics allows 128 characters for name and value together. */
const EXEMPLAR_ID = /^[\x21-\x7e]{1,100}$/;

type AnyMetric = Counter | Gauge | Histogram;

export class Metrics {
  readonly #registry = new Registry<OpenMetricsContentType>();
  readonly #byName = new Map<MetricName, AnyMetric>();
  readonly #beforeRead: (() => void)[] = [];
  /** Histograms that are not counted in the registry, by full name. */
  readonly #tallies = new Map<string, BucketTally>();

  constructor() {
    // Counters take exemplars only in a registry of this type, and they ask when they are built.
    this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    for (const [name, spec] of Object.entries(CATALOGUE)) {
      this.#byName.set(name as MetricName, build(PREFIX + name, spec, this.#registry));
    }
    // The declared types know only registries of the text format here; the code takes both.
    collectDefaultMetrics({
      register: this.#registry as unknown as Registry,
      eventLoopMonitoringPrecision: LAG_SAMPLING_MS,
    });
    for (const name of MISNAMED_DEFAULTS) this.#registry.removeSingleMetric(name);
  }

  /**
   * Adds to a counter. 0 makes the series appear, so that `increase()` sees its first event.
   * @param requestId shown as exemplar where the counter has them and the id is one visible word of at most 100
   * characters; a cut id would lead nowhere, so any other is left out.
   */
  count<Name extends CounterName>(
    name: Name,
    labels: LabelsOf<Name>,
    by = 1,
    requestId: string | null = null,
  ): void {
    const counter = this.#metric(name) as Counter;
    if (!("exemplars" in CATALOGUE[name])) return counter.inc(labels, by);
    // An exemplar counter takes one object; given (labels, value) it would count into the series without labels.
    if (requestId === null || !EXEMPLAR_ID.test(requestId)) return counter.inc({ labels, value: by });
    counter.inc({ labels, value: by, exemplarLabels: { request_id: requestId } });
  }

  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    (this.#metric(name) as Gauge).set(labels, value);
  }

  /** Forgets all series of a gauge, before it is filled anew from a view. */
  clear(name: GaugeName): void {
    (this.#metric(name) as Gauge).reset();
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    (this.#metric(name) as Histogram).observe(labels, value);
  }

  /** Counts a histogram without labels outside the registry: for what every event asks. */
  tally<Name extends HistogramName>(name: Name): BucketTally {
    const { buckets } = CATALOGUE[name];
    const tally = new BucketTally(buckets);
    this.#tallies.set(PREFIX + name, tally);
    return tally;
  }

  /** Makes the series of a histogram appear, empty. */
  prepare<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): void {
    (this.#metric(name) as Histogram).zero(labels);
  }

  /** Has what was counted elsewhere handed over before each read: the registry costs 2 us a count. */
  beforeRead(handOver: () => void): void {
    this.#beforeRead.push(handOver);
  }

  /** All metrics as they are now. */
  async read(): Promise<readonly Family[]> {
    for (const handOver of this.#beforeRead) handOver();
    const families = await this.#registry.getMetricsAsJSON();
    return families.map(({ name, help, type, values }) =>
      withoutSampling({
        name,
        help,
        type: String(type) as Family["type"],
        samples: this.#tallies.get(name)?.samples(name) ?? values.map((value) => sample(name, value)),
      }),
    );
  }

  #metric(name: MetricName): AnyMetric {
    const metric = this.#byName.get(name);
    if (metric === undefined) throw new Error(`No metric is named ${name}`);
    return metric;
  }
}

function build(name: string, spec: MetricSpec, registry: Registry<OpenMetricsContentType>): AnyMetric {
  const common = { name, help: spec.help, labelNames: [...spec.labels], registers: [registry] };
  switch (spec.type) {
    case "counter":
      return new Counter({ ...common, enableExemplars: spec.exemplars === true });
    case "histogram":
      return new Histogram({ ...common, buckets: [...(spec.buckets ?? [])] });
    case "gauge": {
      const gauge = new Gauge(common);
      if (spec.absentUntilSet === true) gauge.remove({});
      return gauge;
    }
  }
}

/** What prom-client gives besides its declared types. */
interface RawSample {
  readonly value: number;
  readonly labels: Partial<Record<string, string | number>>;
  readonly metricName?: string;
  readonly exemplar?: null | {
    readonly labelSet: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timestamp: number;
  };
}

function sample(family: string, raw: RawSample): Sample {
  const exemplar: Exemplar | null =
    raw.exemplar === undefined || raw.exemplar === null
      ? null
      : { labels: raw.exemplar.labelSet, value: raw.exemplar.value, atSeconds: raw.exemplar.timestamp };
  return { name: raw.metricName ?? family, labels: raw.labels, value: raw.value, exemplar };
}
