// A facts interface that writes down what was stated, in order, so that a test asserts on facts and never on logs.

type Methods<Facts> = {
  [Name in keyof Facts]: Facts[Name] extends (...args: infer Args) => unknown ? Args : never;
};

/** One stated fact: its name and what was said, typed by its name. */
export type Stated<Facts> = {
  [Name in keyof Facts]: { readonly name: Name; readonly args: Methods<Facts>[Name] };
}[keyof Facts];

/** A facts interface and what was stated through it. */
export interface Recording<Facts> {
  /** Hand this in where the facts are wanted. */
  readonly facts: Facts;
  /** Everything stated so far, oldest first. */
  readonly stated: Stated<Facts>[];
  /** The arguments of every fact of one name, oldest first. */
  of<Name extends keyof Facts>(name: Name): Methods<Facts>[Name][];
}

/**
 * Records every call on a facts interface.
 * @example
 * const recording = recordingFacts<OutboxFacts>();
 * new Outbox({ facts: recording.facts, … });
 * assert.deepEqual(recording.of("circuit"), [["slack", true]]);
 */
export function recordingFacts<Facts extends object>(): Recording<Facts> {
  const stated: Stated<Facts>[] = [];
  const facts = new Proxy({} as Facts, {
    get:
      (_target, name) =>
      (...args: unknown[]): void => {
        stated.push({ name, args } as unknown as Stated<Facts>);
      },
  });
  return {
    facts,
    stated,
    of: (name) => stated.filter((fact) => fact.name === name).map((fact) => fact.args) as never,
  };
}
