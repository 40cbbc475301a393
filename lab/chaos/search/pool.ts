import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Family } from '../plan/incidents';
import type { RunResult } from './run-one';
import { bundledWorker } from './worker-bundle';

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

/** Processes of this program, one a lane. Each does one run at a time. */
export async function openPool(size: number): Promise<{ readonly lanes: readonly Lane[]; readonly close: () => void }> {
  const file = await bundledWorker();
  const workers = Array.from({ length: size }, () => fork(file, { execArgv: [] }));
  return {
    lanes: workers.map((worker) => (request) => ask(worker, request)),
    close: () => {
      for (const worker of workers) worker.disconnect();
      rmSync(file, { force: true });
    },
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
