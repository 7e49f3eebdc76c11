// One batch run of the compiled program, as every part about speed measures it: no state, no server, no log.

import { type Cost, median, run } from "./measure.ts";
import { program } from "./program.ts";

const BATCH = `${program} run --no-follow --no-state --no-http --log-level fatal --from beginning`;
const MB = 1e6;

/** Command line of a batch run over a file. @param options further options of `run`, such as `--config FILE`. */
export function batch(file: string, options = ""): string {
  return `${BATCH} ${options} ${file} > /dev/null`;
}

/**
 * Runs commands in turn, so that a machine that gets slower or faster meanwhile does so for all of them.
 * @returns the costs of each, in the order of the commands.
 */
export async function inTurn(rounds: number, commands: readonly string[]): Promise<readonly Cost[][]> {
  const costs: Cost[][] = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, command] of commands.entries()) costs[i]?.push(await run(command));
  }
  return costs;
}

/** Megabytes a CPU second, the median's. */
export function speed(bytes: number, costs: readonly Cost[]): number {
  return bytes / MB / median(costs.map(({ cpuSeconds }) => cpuSeconds));
}

/** Median and range of what each round's pair gives, such as `0.92 (0.88–0.97)`. */
export function ratio(
  above: readonly Cost[],
  below: readonly Cost[],
  of: (cost: Cost) => number = ({ cpuSeconds }) => cpuSeconds,
): string {
  return span(above.map((cost, i) => of(cost) / of(below[i] ?? cost)));
}

/** Median and range of some figures. */
export function span(figures: readonly number[], digits = 2): string {
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  return `${median(figures).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
