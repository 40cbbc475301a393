import * as z from 'zod';
import type { Approval, Approvals, Question } from '../ports/approvals';
import type { AdapterContext } from './context';
import { parseItem } from './dynamodb/stored-item';
import { type Condition, dynamodbTable } from './dynamodb/table';

const approvalKey = (rolloutId: string): string => `APPROVAL#${rolloutId}`;
const approvalItem = z.object({
  rolloutId: z.string().min(1),
  taskToken: z.string().min(1),
  why: z.enum(['before-promote', 'hold']),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  defaultAnswer: z.enum(['approve', 'reject']),
  answer: z.object({ approved: z.boolean(), by: z.string(), reason: z.string(), at: z.iso.datetime() }).optional(),
});

/**
 * One item per rollout that has asked. The token is here and not in the record: the record is copied into the bucket and
 * the report, and whoever has the token can answer.
 */
export const dynamodbApprovals = (context: AdapterContext): Approvals => {
  const table = dynamodbTable(context);
  const put = (approval: Approval, condition?: Condition): Promise<boolean> =>
    table.put(approval.endpoint, approvalKey(approval.rolloutId), itemOf(approval), condition);
  return {
    ask: async (question) => void (await put(question)),
    read: async (endpoint, rolloutId) => {
      const item = await table.get(endpoint, approvalKey(rolloutId));
      return item && { endpoint, ...parseItem(approvalItem, item, endpoint, approvalKey(rolloutId)) };
    },
    note: async (question, answer) => void (await put({ ...question, answer }, stillAsks(question))),
  };
};

const itemOf = ({ rolloutId, taskToken, why, askedAt, expiresAt, defaultAnswer, answer }: Approval) => ({
  rolloutId,
  taskToken,
  why,
  askedAt,
  expiresAt,
  defaultAnswer,
  ...(answer && { answer: { ...answer } }),
});

const stillAsks = ({ taskToken }: Question): Condition => ({
  expression: '#taskToken = :taskToken',
  names: { '#taskToken': 'taskToken' },
  values: { ':taskToken': taskToken },
});
