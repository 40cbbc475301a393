import { onAllLanes, type Lane, type Request } from '../run/pool';
import type { RunResult } from '../run/run-one';
import { MUTANTS } from './all';

export interface Tried {
  readonly name: string;
  readonly breaks: string;
  /** The first run that broke a promise; undefined when none did. */
  readonly caughtBySeed?: number;
  readonly promise?: number;
  readonly what?: string;
  readonly runs: number;
}

/** Runs each broken variant until a run breaks a promise that the app itself keeps with the same seed. */
export async function tryMutants(lanes: readonly Lane[], seed: number, most: number): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const { name, breaks } of MUTANTS) tried.push({ name, breaks, ...(await tryOne(lanes, name, seed, most)) });
  return tried;
}

async function tryOne(
  lanes: readonly Lane[],
  mutant: string,
  seed: number,
  most: number,
): Promise<Omit<Tried, 'name' | 'breaks'>> {
  let runs = 0;
  const left = requests(mutant, seed, most);
  for (;;) {
    const found: RunResult[] = [];
    await onAllLanes(lanes, left, (result) => {
      runs += 1;
      if (result.breaches.length > 0) found.push(result);
      return found.length > 0 ? 'stop' : 'go on';
    });
    if (found.length === 0) return { runs };
    for (const { seed: caughtBySeed, breaches } of found) {
      const app = await lanes[0]!({ seed: caughtBySeed });
      if (app.breaches.length === 0) return { runs, caughtBySeed, ...breaches[0]! };
    }
  }
}

function* requests(mutant: string, first: number, count: number): Generator<Request, undefined> {
  for (let seed = first; seed < first + count; seed += 1) yield { seed, mutant };
  return undefined;
}
