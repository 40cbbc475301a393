import * as z from 'zod';
import { onOneLine } from '../contract/on-one-line';
import { STATES } from '../contract/names';
import { rolloutStateSchema } from '../contract/rollout-state';
import type { RolloutState } from '../contract/rollout-state';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import type { Question } from '../ports/approvals';
import type { Ports } from '../ports/ports';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';

export const awaitApprovalInput = z.object({ taskToken: z.string().min(1), state: rolloutStateSchema });
export type AwaitApprovalInput = z.output<typeof awaitApprovalInput>;

/**
 * Asks a person. The workflow waits for the answer to the token, or for the time limit and its default answer. The token
 * is kept before anybody is told of it, so that whoever hears of the question can answer it.
 */
export async function awaitApproval(
  ports: Pick<Ports, 'approvals' | 'clock' | 'locks' | 'notices' | 'records'>,
  { taskToken, state }: AwaitApprovalInput,
): Promise<RolloutState> {
  const { approval } = state.config.settings;
  await renewOwnership(ports, state, approval.timeoutMinutes * 60);
  const result = noted(
    state,
    ports.clock,
    STATES.awaitApproval,
    `asked for approval; ${approval.defaultAnswer} after ${approval.timeoutMinutes} min`,
  );
  await recordProgress(ports, result);
  await ports.approvals.ask(questionOf(state, taskToken, ports.clock.now()));
  await ports.notices.send({
    severity: 'action',
    subject: `${state.endpoint}: approve version ${state.green.version ?? '?'}?`,
    body: question(state, taskToken),
  });
  return result;
}

function questionOf(state: RolloutState, taskToken: string, now: number): Question {
  const { timeoutMinutes, defaultAnswer } = state.config.settings.approval;
  return {
    endpoint: state.endpoint,
    rolloutId: state.id,
    taskToken,
    // A canary without proof asks because its settings say hold; the others because an approval comes before promotion.
    why: state.judgement !== undefined && state.judgement.verdict !== 'pass' ? 'hold' : 'before-promote',
    askedAt: isoTime(now),
    expiresAt: isoTime(now + timeoutMinutes * MINUTE_MS),
    defaultAnswer,
  };
}

function question(state: RolloutState, taskToken: string): string {
  const { approval } = state.config.settings;
  const answer = (approved: boolean) =>
    `aws stepfunctions send-task-success --task-token '${taskToken}' --task-output '{"approved":${approved},"by":"YOUR NAME","reason":"…"}'`;
  return [
    `Rollout ${state.id} of endpoint ${state.endpoint} waits for your answer.`,
    `Green: version ${state.green.version ?? '?'}, ${state.green.model?.key ?? 'no model'}. Blue: version ${state.blue.version}.`,
    state.judgement ? `Judge: ${state.judgement.verdict}. ${state.judgement.reason}` : 'There was no canary to judge.',
    `Without an answer within ${approval.timeoutMinutes} min the answer is "${approval.defaultAnswer}".`,
    '',
    'To promote green:',
    `npx greenlight approve ${state.endpoint} --reason '…'`,
    answer(true),
    'To put blue back:',
    `npx greenlight reject ${state.endpoint} --reason '…'`,
    answer(false),
    // What comes from outside, such as a key, must not bring a command of its own.
  ]
    .map(onOneLine)
    .join('\n');
}
