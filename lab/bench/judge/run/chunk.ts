import { CELLS } from '../cells/all';
import type { Cell } from '../cells/cell';
import type { Entry } from '../judges/entry';
import type { Canary } from '../simulate/canary';
import { seeded } from '../../../../simulator/draws';
import { simulate } from '../simulate/simulate';
import { badAnswers } from './harm';

/** Some runs of one cell, `from` included, `to` not: what a worker does at a time. */
export interface Chunk {
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

/** One judge on one canary. Requests and bad answers are green's until the stop, or of the whole canary without one. */
export interface SimulatedOutcome {
  readonly minute: number | undefined;
  readonly greenRequests: number;
  readonly badAnswers: number;
}

/** By judge's name, one outcome for each run that the judge took part in. */
export type ChunkResult = Readonly<Record<string, readonly SimulatedOutcome[]>>;

/** Simulates the chunk's canaries and asks every judge of their suite. Each run has its own seed, in any worker. */
export function runChunk(
  chunk: Chunk,
  entries: readonly Entry[],
  seed: number,
  cells: readonly Cell[] = CELLS,
): ChunkResult {
  const cell = cells[chunk.cell];
  if (cell === undefined) throw new RangeError(`there is no cell ${chunk.cell}`);
  const taking = entries.filter(({ suites }) => suites.includes(cell.suite));
  const result: Record<string, SimulatedOutcome[]> = Object.fromEntries(taking.map(({ judge }) => [judge.name, []]));
  for (let run = chunk.from; run < chunk.to; run++) {
    const canary = simulate(cell.setting, seeded(seed, chunk.cell, run));
    for (const { judge, everyNth } of taking) {
      if (run % everyNth === 0) result[judge.name]?.push(outcome(canary, judge.stopMinute(canary)));
    }
  }
  return result;
}

function outcome(canary: Canary, minute: number | undefined): SimulatedOutcome {
  const served = canary.minutes.slice(0, minute ?? canary.minutes.length).map(({ green }) => green);
  return {
    minute,
    greenRequests: served.reduce((sum, { invocations }) => sum + invocations, 0),
    badAnswers: badAnswers(canary.setting.regression, served),
  };
}
