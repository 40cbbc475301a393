import { onAllLanes, type Lane, type RunRequest } from './pool';
import type { RunResult } from './run-one';
import type { Family } from '../plan/incidents';
import { MUTANTS } from '../mutants/all';
import type { Mutant } from '../world/mutant';

export interface Tried {
  readonly name: string;
  readonly breaks: string;
  /** The incidents that it is tried with. */
  readonly family?: Family;
  /** The first run that broke a promise; undefined when none did. */
  readonly caughtBySeed?: number;
  readonly promise?: number;
  readonly what?: string;
  readonly runs: number;
}

/** Runs each broken variant until a run breaks a promise that the app itself keeps with the same seed. */
export async function* tryMutants(lanes: readonly Lane[], seed: number, most: number): AsyncGenerator<Tried, void> {
  for (const mutant of MUTANTS) {
    const { name, breaks, family } = mutant;
    yield { name, breaks, ...(family && { family }), ...(await tryOne(lanes, mutant, seed, most)) };
  }
}

async function tryOne(
  lanes: readonly Lane[],
  { name, family, skipRuns = 0 }: Mutant,
  seed: number,
  most: number,
): Promise<Omit<Tried, 'name' | 'breaks' | 'family'>> {
  let runs = 0;
  const left = requests(name, seed + skipRuns, most);
  for (;;) {
    const found: RunResult[] = [];
    await onAllLanes(lanes, left, (result) => {
      runs += 1;
      if (result.breaches.length > 0) found.push(result);
      return found.length > 0 ? 'stop' : 'go on';
    });
    if (found.length === 0) return { runs };
    for (const { seed: caughtBySeed, breaches } of found) {
      const app = await lanes[0]!({ seed: caughtBySeed, ...(family && { family }) });
      if (app.breaches.length === 0) return { runs, caughtBySeed, ...breaches[0]! };
    }
  }
}

function* requests(mutant: string, first: number, count: number): Generator<RunRequest, undefined> {
  for (let seed = first; seed < first + count; seed += 1) yield { seed, mutant };
  return undefined;
}
