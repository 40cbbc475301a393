import { onAllLanes, type Lane, type Request } from '../run/pool';
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
  for (const { name, breaks } of MUTANTS) {
    let runs = 0;
    let caught: Pick<Tried, 'caughtBySeed' | 'promise' | 'what'> = {};
    await onAllLanes(lanes, requests(name, seed, most), (result) => {
      runs += 1;
      const [first] = result.breaches;
      if (first === undefined) return 'go on';
      caught = { caughtBySeed: result.seed, ...first };
      return 'stop';
    });
    tried.push({ name, breaks, runs, ...caught });
  }
  return tried;
}

function* requests(mutant: string, first: number, count: number): Generator<Request, undefined> {
  for (let seed = first; seed < first + count; seed += 1) yield { seed, mutant };
  return undefined;
}
