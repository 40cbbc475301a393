import * as z from 'zod';
import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { STATES } from '../domain/workflow';
import { type RolloutState, rolloutStateSchema } from '../contract/rollout-state';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import { type Approval, dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { approvalAsked } from './announcements/transitions';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { noted } from './rollout/progress';

export const awaitApprovalInput = z.object({ taskToken: z.string().min(1), state: rolloutStateSchema });
export type AwaitApprovalInput = z.output<typeof awaitApprovalInput>;

export const awaitApprovalNeeds = {
  announcements: dynamodbAnnouncements,
  approvals: dynamodbApprovals,
  clock: ownClock,
  locks: dynamodbLocks,
  records: dynamodbRecords,
};
type Needs = Made<typeof awaitApprovalNeeds>;

/**
 * Asks a person. The workflow waits for the answer to the token, or for the time limit and its default answer. The
 * token is kept before people are told of it, so that they can answer the question as soon as they hear of it.
 */
export async function awaitApproval(ports: Needs, { taskToken, state }: AwaitApprovalInput): Promise<RolloutState> {
  const { approval } = state.config.settings;
  await renewOwnership(ports, state, approval.timeoutMinutes * 60);
  const result = noted(
    state,
    ports.clock,
    STATES.awaitApproval,
    `asked for approval; ${approval.defaultAnswer} after ${approval.timeoutMinutes} min`,
  );
  await recordProgress(ports, result);
  const question = questionOf(state, taskToken, ports.clock.now());
  await ports.approvals.askForApproval(question);
  await ports.announcements.announceOnce(approvalAsked(ports.clock, state, question));
  return result;
}

/** The hook that was called for what comes next. */
function hookCouldNotTell({ hooks = [], phase }: RolloutState): boolean {
  const last = hooks.at(-1);
  if (last?.verdict !== 'inconclusive') return false;
  return phase === 'before-traffic' || last.hook === 'beforePromotion';
}

function questionOf(state: RolloutState, taskToken: string, now: number): Approval {
  const { mode, timeoutMinutes, defaultAnswer } = state.config.settings.approval;
  const { silent, version } = state.blue;
  const failing =
    silent === undefined ? state.failing : ({ version, at: isoTime(now), how: 'fails', why: silent } as const);
  return {
    ...(failing && { failing }),
    endpoint: state.endpoint,
    rolloutId: state.id,
    taskToken,
    // A canary without proof asks because its settings say hold, a replay because labels are missing; else the
    // endpoint's settings want a yes.
    why: hookCouldNotTell(state)
      ? 'hook'
      : state.judgement !== undefined && state.judgement.verdict !== 'pass'
        ? 'hold'
        : state.replay?.verdict === 'differs' && state.phase === 'before-traffic'
          ? 'differs'
          : state.phase === 'before-traffic' && mode === 'before-traffic'
            ? 'before-traffic'
            : 'before-promote',
    askedAt: isoTime(now),
    expiresAt: isoTime(now + timeoutMinutes * MINUTE_MS),
    defaultAnswer,
  };
}
