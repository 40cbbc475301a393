import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { PlanQuestion } from '../../lambdas/domain/plan/question';
import { doTask, type Results, type PlanTask } from './tasks';

/** Who does the tasks of one question. */
export interface Workers {
  readonly lanes: readonly ((task: PlanTask) => Promise<Results[PlanTask['kind']]>)[];
  readonly close: () => void;
}

/** What a worker process is told, and what it answers. */
export type Message = { readonly question: PlanQuestion } | { readonly task: PlanTask };
export type PlanReply = { readonly result: Results[PlanTask['kind']] } | { readonly failure: string };

/** This very process, one task after the other. */
export const ownProcess = (question: PlanQuestion): Workers => ({
  lanes: [async (task) => doTask(question, task)],
  close: () => undefined,
});

/** Processes of this program, one a lane; they inherit tsx. */
export function workerProcesses(question: PlanQuestion, size: number): Workers {
  const workers = Array.from({ length: size }, () => fork(join(__dirname, 'worker.ts')));
  for (const worker of workers) worker.send({ question } satisfies Message);
  return {
    lanes: workers.map((worker) => (task) => ask(worker, task)),
    close: () => workers.forEach((worker) => worker.disconnect()),
  };
}

function ask(worker: ChildProcess, task: PlanTask): Promise<Results[PlanTask['kind']]> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a worker of the plan ended early'));
    worker.once('exit', ended);
    worker.once('message', (answer: PlanReply) => {
      worker.off('exit', ended);
      if ('result' in answer) resolve(answer.result);
      else reject(new Error(answer.failure));
    });
    worker.send({ task } satisfies Message);
  });
}

/**
 * Canaries per task: few enough that lanes end together and progress is seen, many enough that asking costs nothing.
 */
const CHUNK = 5;

/** Runs 0 to `runs` - 1 of one kind of task over all lanes, in order; `done` is told of each chunk. */
export async function overAll<Kind extends PlanTask['kind']>(
  { lanes }: Workers,
  runs: number,
  task: (range: { readonly from: number; readonly to: number }) => Extract<PlanTask, { readonly kind: Kind }>,
  done: (runs: number) => void,
): Promise<Results[Kind]> {
  const chunks = Array.from({ length: Math.ceil(runs / CHUNK) }, (_, index) => index * CHUNK);
  const results = new Map<number, Results[Kind]>();
  const left = [...chunks];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let from = left.shift(); from !== undefined; from = left.shift()) {
        const to = Math.min(runs, from + CHUNK);
        results.set(from, (await lane(task({ from, to }))) as Results[Kind]);
        done(to - from);
      }
    }),
  );
  return chunks.flatMap((from) => [...(results.get(from) ?? [])]) as unknown as Results[Kind];
}
