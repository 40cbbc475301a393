/** A worker process of the chaos runs: does the runs it is sent, until the sender hangs up. */
import { MUTANTS } from '../mutants/all';
import type { RunReply, RunRequest } from './pool';
import { runOne } from './run-one';

process.on('message', (request: RunRequest) => void answer(request).then((said) => process.send?.(said)));

async function answer({ seed, mutant: name, family }: RunRequest): Promise<RunReply> {
  try {
    const mutant = MUTANTS.find((one) => one.name === name);
    return { result: await runOne(seed, mutant, family ?? mutant?.family) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
