// One part of the benchmark: a question, measured, as the rows of a table.

export type Row = Readonly<Record<string, string>>;

export interface Part {
  /** The word on the command line. */
  readonly name: string;
  readonly title: string;
  /** @param note says what is being done, for the person who waits. */
  measure(note: (text: string) => void): Promise<readonly Row[]>;
}
