// What a metric is, as data: its kind, its labels and the sentence that Prometheus shows for it. Names stand without
// the prefix `revokewatch_`, which every one of them gets.

export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  /** One sentence that ends in a full stop. */
  readonly help: string;
  /** Upper bounds of a histogram's buckets, in its base unit, ascending. */
  readonly buckets?: readonly number[];
  /** True for the counter whose samples may carry a request id as OpenMetrics exemplar. */
  readonly exemplars?: true;
  /** True for an unlabelled gauge that has no meaning before it is first set: it shows no sample until then. */
  readonly absentUntilSet?: true;
}

export type MetricSpecs = Readonly<Record<string, MetricSpec>>;
