import { availableParallelism } from 'node:os';
import { type ChaosArguments, HELP, parseChaosArguments } from './arguments';
import { refused } from '../../tools/arguments-invalid';
import type { Family } from './plan/incidents';
import { type Tried, tryMutants } from './search/try-mutants';
import { Tally } from './report/report';
import { reportText } from './report/text';
import { timeline } from './report/timeline';
import { onAllLanes, openPool, type RunRequest } from './search/pool';
import { playOne } from './search/run-one';

/** So many runs fail every call site both ways; fewer need not. */
const COVERING_RUNS = 10_000;

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  try {
    const options = parseChaosArguments(argv, availableParallelism());
    if (options === 'help') console.log(HELP);
    else process.exitCode = await act(options);
  } catch (error) {
    process.exitCode = refused(error, console.error);
  }
}

function act(options: ChaosArguments): Promise<0 | 1> {
  if (options.replay !== undefined) return replay(options.replay, options);
  return options.mutants ? mutants(options) : chaos(options);
}

async function replay(seed: number, { json, family }: ChaosArguments): Promise<0 | 1> {
  const run = await playOne(seed, undefined, family);
  console.log(json ? JSON.stringify(run.result, undefined, 2) : timeline(run));
  return run.result.breaches.length === 0 ? 0 : 1;
}

async function chaos({ runs, seed, workers, json, family }: ChaosArguments): Promise<0 | 1> {
  const pool = await openPool(workers);
  const tally = new Tally();
  const began = performance.now();
  let done = 0;
  await onAllLanes(pool.lanes, requests(seed, runs, family), (result) => {
    tally.add(result);
    progress((done += 1), runs);
    for (const { promise, what } of result.breaches) console.error(`seed ${result.seed}, promise ${promise}: ${what}`);
    return 'go on';
  }).finally(pool.close);
  const report = tally.report(seed, (performance.now() - began) / 1000);
  console.log(json ? JSON.stringify(report, undefined, 2) : reportText(report));
  const covered = runs < COVERING_RUNS || report.sitesNotFailed.length === 0;
  return report.breaches.length === 0 && covered ? 0 : 1;
}

async function mutants({ runs, seed, workers, json }: ChaosArguments): Promise<0 | 1> {
  const pool = await openPool(workers);
  const all: Tried[] = [];
  try {
    for await (const tried of tryMutants(pool.lanes, seed, runs)) {
      all.push(tried);
      // At once: a list that is cut off still says how far it got.
      if (!json) console.log(`${tried.name}: ${caughtBy(tried)}`);
    }
  } finally {
    pool.close();
  }
  if (json) console.log(JSON.stringify(all, undefined, 2));
  return all.every(({ caughtBySeed }) => caughtBySeed !== undefined) ? 0 : 1;
}

const caughtBy = ({ caughtBySeed, promise, runs, what }: Tried): string =>
  caughtBySeed === undefined
    ? `NOT NOTICED in ${runs} runs`
    : `noticed by seed ${caughtBySeed}, promise ${promise}, after ${runs} runs: ${what}`;

function* requests(first: number, count: number, family?: Family): Generator<RunRequest, undefined> {
  for (let seed = first; seed < first + count; seed += 1) yield { seed, ...(family && { family }) };
  return undefined;
}

/** One line that overwrites itself, and only on a terminal. */
function progress(done: number, runs: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${runs}${done === runs ? '\n' : ''}`);
}
