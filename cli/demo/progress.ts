import { STATES } from '../../lambdas/domain/workflow';
import { certainty, count } from '../../lambdas/domain/numbers';
import type { RolloutState } from '../../lambdas/contract/rollout-state';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import type { Execution } from '../../simulator/states/execution';

/** Where a running rollout is, in the numbers that a person wants to see. */
export interface DemoProgress {
  /** The state of the workflow, such as Bake. */
  readonly state: string;
  /** Whole percent of live traffic on green. */
  readonly weight: number;
  /** Minutes of the world since it began. */
  readonly minutes: number;
  readonly judgement: RolloutState['judgement'];
}

const STEPS: readonly string[] = Object.values(STATES).filter((state) => !state.endsWith('?'));

/** Reads an execution's history as the console would show it. */
export function progressOf(execution: Pick<Execution, 'history' | 'startedAt'>, now: number): DemoProgress {
  const { history, startedAt } = execution;
  const entered = history.findLast(({ type, state }) => type === 'StateEntered' && STEPS.includes(state ?? ''));
  const state = latestState(history);
  return {
    state: entered?.state ?? 'starting',
    weight: state?.weights?.at(-1)?.weight ?? 0,
    minutes: (now - startedAt) / MINUTE_MS,
    judgement: state?.judgement,
  };
}

/**
 * What the last task handed on. A history holds whatever the workflow carried, so nothing of it is taken for granted.
 */
function latestState(history: Execution['history']): Partial<RolloutState> | undefined {
  const exited = history.findLast(({ type, output }) => type === 'StateExited' && isRolloutState(output));
  return exited?.output as Partial<RolloutState> | undefined;
}

const isRolloutState = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'weights' in value && Array.isArray(value.weights);

/** For example: Bake, 25 % on green, minute 4.2, green 430 requests, worse by 25.9 % of the 99 % that stop it. */
export function progressInWords({ state, weight, minutes, judgement }: DemoProgress): string {
  return [
    state,
    ...(weight > 0 ? [`${weight} % on green`] : []),
    `minute ${minutes.toFixed(1)}`,
    ...(judgement
      ? [
          `green ${count(judgement.greenRequests)} requests`,
          `worse by ${certainty(judgement.logEvidence)} of the ${certainty(judgement.logLimit)} that stop it`,
          judgement.verdict,
        ]
      : []),
  ].join(', ');
}
