import type { PlanQuestion } from '../../lambdas/domain/plan/question';
import { proofsOf, type ProofMinutes } from '../../lambdas/domain/plan/time-to-proof';
import { canariesOf, type CheckedCanary, checksOf, type TriedCanary } from '../../lambdas/domain/plan/try-canary';
import { type TriedWatch, watchesOf } from './summary';
import type { StrategyStep } from '../../lambdas/domain/strategy';
import { seeded } from '../../simulator/draws';

/** Some canaries of one kind, run `from` included, `to` not: what a worker does at a time. */
export type PlanTask = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'try'; readonly steps: readonly StrategyStep[] }
  | { readonly kind: 'watch'; readonly steps: readonly StrategyStep[]; readonly watchMinutes: number }
  | { readonly kind: 'check'; readonly steps: readonly StrategyStep[] }
  | { readonly kind: 'prove'; readonly weight: number }
);

export interface Results {
  readonly try: readonly TriedCanary[];
  readonly watch: readonly TriedWatch[];
  readonly check: readonly CheckedCanary[];
  readonly prove: readonly ProofMinutes[];
}

/** Streams of one seed that have nothing to do with each other. */
const STREAM = { try: 1, prove: 2, check: 3, watch: 4 } as const;

/** Does tasks of one question. Each run has its own seed, in any worker. */
export function doTask(question: PlanQuestion, task: PlanTask): Results[PlanTask['kind']] {
  const stream = (run: number, ...more: readonly number[]) => seeded(question.seed, STREAM[task.kind], ...more, run);
  const runs = Array.from({ length: task.to - task.from }, (_, index) => task.from + index);
  switch (task.kind) {
    case 'try': {
      const tryOne = canariesOf(question, task.steps);
      return runs.map((run) => tryOne(stream(run)));
    }
    case 'watch': {
      const watch = watchesOf(question, task.steps, task.watchMinutes);
      return runs.map((run) => watch(stream(run)));
    }
    case 'check': {
      const check = checksOf(question, task.steps);
      return runs.map((run) => check(stream(run)));
    }
    case 'prove': {
      const prove = proofsOf(question, task.weight);
      return runs.map((run) => prove(() => stream(run, task.weight)));
    }
  }
}
