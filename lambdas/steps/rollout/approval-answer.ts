import * as z from 'zod';
import type { Clock } from '../../adapters/sdk/context';
import { onOneLine } from '../../contract/on-one-line';
import type { RolloutState } from '../../contract/rollout-state';
import type { TransitionEvent } from '../../contract/transition-event';
import { approvalAnswered } from '../announcements/rollout-transitions';

/** People write at length, and forget quotes: that must not turn their answer into none. */
const remark = (most: number) =>
  z
    .string()
    .transform((text) => onOneLine(text.slice(0, most)))
    .optional()
    .catch(undefined);

/** What a person sends to the task token. */
const approvalAnswer = z.object({
  approved: z.boolean(),
  by: remark(200),
  reason: remark(1000),
});
export type ApprovalAnswer = z.output<typeof approvalAnswer>;

/** A person's answer; undefined when there was none, or none that can be read. */
export const approvalAnswerOf = (value: unknown): ApprovalAnswer | undefined => approvalAnswer.safeParse(value).data;

/** The person who answered is the one who decided, kept as `decidedBy`. */
export const decidedByAnswer = (answer: Omit<ApprovalAnswer, 'approved'> | undefined): string =>
  answer === undefined
    ? 'default answer of the approval'
    : `person: ${answer.by ?? 'a person'}${answer.reason ? ` (${answer.reason})` : ''}`;

/** "; approved by person: ada (looks right)" in the first step after a yes, else nothing. */
export const approvedInWords = ({ next, approval }: Pick<RolloutState, 'approval' | 'next'>): string =>
  next === 'approve' ? `; approved by ${decidedByAnswer(approvalAnswerOf(approval))}` : '';

/** Announced by the first step after a yes. */
export const answeredYes = (clock: Clock, state: RolloutState): readonly TransitionEvent[] =>
  state.next === 'approve'
    ? [approvalAnswered(clock, state, true, decidedByAnswer(approvalAnswerOf(state.approval)))]
    : [];
