import * as z from 'zod';

/** What a person sends to the task token. */
const approvalAnswer = z.object({
  approved: z.boolean(),
  by: z.string().max(200).optional(),
  reason: z.string().max(1000).optional(),
});
export type ApprovalAnswer = z.output<typeof approvalAnswer>;

/** A person's answer; undefined when there was none, or none that can be read. */
export const approvalAnswerOf = (value: unknown): ApprovalAnswer | undefined => approvalAnswer.safeParse(value).data;

/** Whoever answered is the one who decided, kept as `decidedBy`. */
export const decidedByAnswer = (answer: ApprovalAnswer | undefined): string =>
  answer === undefined
    ? 'default answer of the approval'
    : `person: ${answer.by ?? 'somebody'}${answer.reason ? ` (${answer.reason})` : ''}`;
