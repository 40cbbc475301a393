import * as z from 'zod';
import { STATES } from '../contract/names';
import { executionContextSchema } from '../contract/rollout-state';
import type { RolloutState } from '../contract/rollout-state';
import type { Failure } from '../domain/rollout';
import type { Adapters } from '../adapters/adapters';
import { endWithoutPromotion } from './closing/end-without-promotion';
import { failureOf } from './closing/failure-of';
import { findOwnRollout } from './closing/find-own-rollout';
import type { ClosingPorts } from './closing/close-rollout';

export const restoreBlueInput = z.object({
  execution: executionContextSchema,
  ending: z.enum(['abort', 'revert']),
  state: z.unknown(),
});
export type RestoreBlueInput = z.output<typeof restoreBlueInput>;

export type RestorePorts = ClosingPorts &
  Pick<Adapters, 'liveAlias' | 'liveModels' | 'models' | 'settings' | 'versions'>;

/**
 * Both failing ends of the workflow: blue alone in service, the rollout closed with its reason. Idempotent, and safe
 * beside the safety net and the reconciler, which do the same when the workflow itself is gone.
 */
export async function restoreBlue(
  ports: RestorePorts,
  { execution, ending, state: raw }: RestoreBlueInput,
): Promise<{ readonly failure: Failure } & Partial<RolloutState>> {
  const own = await findOwnRollout(ports, execution, raw);
  const failure = failureOf(raw, own?.state);
  const where = ending === 'abort' ? STATES.abortRollout : STATES.revertRollout;
  const ended = await endWithoutPromotion(ports, own, failure, where, execution);
  return { ...ended, failure };
}
