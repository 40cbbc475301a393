import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Family } from '../plan/incidents';
import type { RunResult } from './run-one';

/** What a worker is asked, and what it answers. */
export interface RunRequest {
  readonly seed: number;
  /** Name of the variant to run in place of the app. */
  readonly mutant?: string;
  /** Incidents of this family. @default those of the variant, else what the seed draws */
  readonly family?: Family;
}
export type RunReply = { readonly result: RunResult } | { readonly failure: string };

export type Lane = (request: RunRequest) => Promise<RunResult>;

/** A run ended by itself, not by a broken promise: a defect of this program, or of the engine. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

/** Processes of this program, one a lane; they inherit tsx. Each does one run at a time. */
export function openPool(size: number): { readonly lanes: readonly Lane[]; readonly close: () => void } {
  const workers = Array.from({ length: size }, () => fork(join(__dirname, 'worker.ts')));
  return {
    lanes: workers.map((worker) => (request) => ask(worker, request)),
    close: () => workers.forEach((worker) => worker.disconnect()),
  };
}

function ask(worker: ChildProcess, request: RunRequest): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new RunFailed(`seed ${request.seed}: a worker ended early`));
    worker.once('exit', ended);
    worker.once('message', (answer: RunReply) => {
      worker.off('exit', ended);
      if ('result' in answer) resolve(answer.result);
      else reject(new RunFailed(`seed ${request.seed}: ${answer.failure}`));
    });
    worker.send(request);
  });
}

/** Does the requests on all lanes, in order, until there are no more or one result says to stop. */
export async function onAllLanes(
  lanes: readonly Lane[],
  requests: Iterator<RunRequest>,
  each: (result: RunResult, request: RunRequest) => 'go on' | 'stop',
): Promise<void> {
  let stopped = false;
  const work = async (lane: Lane): Promise<void> => {
    for (let next = requests.next(); !stopped && !next.done; next = requests.next()) {
      if (each(await lane(next.value), next.value) === 'stop') stopped = true;
    }
  };
  await Promise.all(lanes.map(work));
}
