import { GreenUnhealthy } from '../contract/errors';
import { STATES } from '../contract/names';
import type { RolloutState } from '../contract/rollout-state';
import { shiftInWords } from '../domain/prediction-shift';
import type { Next } from '../domain/rollout';
import type { Ports } from '../ports/ports';
import { greenVerified } from './announcing/rollout-transitions';
import { preflight } from './preflight/preflight';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';
import { classNameOf } from './verification/class-name-of';
import { checkGoldenSet } from './verification/check-golden-set';
import { checkReady } from './verification/check-ready';
import { checkSignature } from './verification/check-signature';
import { replayCaptured } from './verification/replay-captured';
import { warmUp } from './verification/warm-up';

type Needs = Pick<
  Ports,
  | 'capturedRequests'
  | 'clock'
  | 'endpointCalls'
  | 'evidence'
  | 'functionCalls'
  | 'liveModels'
  | 'locks'
  | 'models'
  | 'records'
  | 'versions'
>;

/**
 * Tests green by its version, before any user sees it: ready, same signature as blue, golden set, replay, warm. Then,
 * if a canary comes, whether it can prove anything.
 */
export async function verifyGreen(ports: Needs, state: RolloutState): Promise<RolloutState> {
  const version = state.green.version;
  if (version === undefined) throw new GreenUnhealthy('there is no green version to verify');
  await renewOwnership(ports, state);
  await checkReady(ports, state, version);
  const signature = await checkSignature(ports, state, version);
  const golden = state.plan.action === 'rollback' ? undefined : await checkGoldenSet(ports, state, version);
  const replay = state.plan.action === 'rollback' ? undefined : await replayCaptured(ports, state, version);
  const warmed = await warmUp(ports, state, version, signature);
  const next = afterVerification(state);
  const ready = next === 'canary' ? await preflight(ports, state, version) : undefined;
  // What users ask says more of them than rows that somebody chose.
  const shift = replay?.shift ?? golden?.shift;
  const numbers = { ...golden?.numbers, ...replay?.numbers };
  const note = [
    golden?.note ?? 'no golden set',
    ...(replay ? [replay.note] : []),
    ...(shift ? [shiftInWords(shift, classNameOf(state, numbers))] : []),
    warmed,
    ...(ready === undefined ? [] : [ready]),
  ].join('; ');
  const result = noted(
    {
      ...state,
      next,
      waitSeconds: state.config.settings.approval.timeoutMinutes * 60, // read by AwaitApproval alone; a shift sets its own
      ...((golden ?? replay) && {
        verification: { ...numbers, ...(shift && { predictionShift: { ...shift, classes: [...shift.classes] } }) },
      }),
    },
    ports.clock,
    STATES.verifyGreen,
    note,
  );
  await recordProgress(ports, result, greenVerified(ports.clock, result));
  return result;
}

/** A canary needs a blue to compare with and a weight to give; a rollback to a version that was live lately needs neither. */
function afterVerification(state: RolloutState): Next {
  if (state.plan.dryRun) return 'discard';
  const canary = state.blue.model !== undefined && state.plan.steps.length > 0;
  if (canary) return 'canary';
  const asked = state.config.settings.approval.mode === 'before-promote' && state.plan.action === 'rollout';
  return asked ? 'approve' : 'promote';
}
