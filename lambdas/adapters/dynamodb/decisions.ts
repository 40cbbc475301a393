import * as z from 'zod';
import {
  ASKED_BECAUSE,
  type Hold,
  type PersonsAnswer,
  type PromoteDecision,
  type Question,
} from '../../contract/decisions';
import { type Failing, failingSchema } from '../../contract/failing';
import type { AdapterContext } from '../sdk/context';
import { ABSENT, type Condition, dynamodbTable, parsedItem, parseItem, putOver } from './table';

export interface Approval extends Question {
  readonly answer?: PersonsAnswer & { readonly at: string };
  /** CloudWatch says nothing of the canary that waits, and this is when that was seen first. ISO 8601, UTC. */
  readonly silentSince?: string | undefined;
  /** How blue failed when the canary that waits was last looked at. */
  readonly failing?: Failing | undefined;
}

/** Questions that rollouts ask, one each, kept so that an answer needs no mail. */
export interface Approvals {
  /** In place of an earlier one of the same rollout: a task that is tried again has another token. */
  askForApproval(question: Approval): Promise<void>;
  readApproval(endpoint: string, rolloutId: string): Promise<Approval | undefined>;
  /** Notes an answer that was given. Nothing happens when another question has taken the place of this one. */
  noteAnswer(question: Question, answer: PersonsAnswer & { readonly at: string }): Promise<void>;
  /** Notes what was seen of the canary that waits. Nothing after an answer. */
  noteSeen(asked: Approval): Promise<void>;
}

const approvalKey = (rolloutId: string): string => `APPROVAL#${rolloutId}`;
const approvalItem = z.object({
  rolloutId: z.string().min(1),
  taskToken: z.string().min(1),
  why: z.enum(ASKED_BECAUSE),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  defaultAnswer: z.enum(['approve', 'reject']),
  answer: z.object({ approved: z.boolean(), by: z.string(), reason: z.string(), at: z.iso.datetime() }).optional(),
  silentSince: z.iso.datetime().optional(),
  failing: failingSchema.optional(),
});

/**
 * One item per rollout that has asked. The token is here and not in the record: the record is copied into the bucket
 * and the report, and any caller with the token can answer.
 */
export const dynamodbApprovals = (context: AdapterContext): Approvals => {
  const table = dynamodbTable(context);
  const put = (approval: Approval, condition?: Condition): Promise<boolean> =>
    table.putItem(approval.endpoint, approvalKey(approval.rolloutId), itemOf(approval), condition);
  return {
    askForApproval: async (question) => void (await put(question)),
    readApproval: async (endpoint, rolloutId) => {
      const asked = parsedItem(approvalItem, await table.getItem(endpoint, approvalKey(rolloutId)));
      return asked && { endpoint, ...asked };
    },
    noteAnswer: async (question, answer) => void (await put({ ...question, answer }, stillAsks(question))),
    noteSeen: async (asked) => {
      const { expression, names, values } = stillAsks(asked);
      const unanswered = `${expression} AND attribute_not_exists(#answer)`;
      const condition = { expression: unanswered, names: { ...names, '#answer': 'answer' }, values };
      await put(asked, condition);
    },
  };
};

const itemOf = ({
  rolloutId,
  taskToken,
  why,
  askedAt,
  expiresAt,
  defaultAnswer,
  answer,
  silentSince,
  failing,
}: Approval) => ({
  rolloutId,
  taskToken,
  why,
  askedAt,
  expiresAt,
  defaultAnswer,
  ...(answer && { answer: { ...answer } }),
  ...(silentSince !== undefined && { silentSince }),
  ...(failing && { failing: { ...failing } }),
});

const stillAsks = ({ taskToken }: Question) => ({
  expression: '#taskToken = :taskToken',
  names: { '#taskToken': 'taskToken' },
  values: { ':taskToken': taskToken },
});

/** What people decide about a rollout that runs; its next look at the canary reads it. */
export interface Decisions {
  readDecision(endpoint: string, rolloutId: string): Promise<PromoteDecision | undefined>;
  /** False when a person has decided before: the first decision stays. */
  decideToPromote(endpoint: string, rolloutId: string, decision: PromoteDecision): Promise<boolean>;
}

const decisionKey = (rolloutId: string): string => `DECISION#${rolloutId}`;
const decisionItem = z.object({ by: z.string().min(1), reason: z.string(), at: z.iso.datetime() });

/** One item per rollout about which a person has decided. */
export const dynamodbDecisions = (context: AdapterContext): Decisions => {
  const table = dynamodbTable(context);
  return {
    readDecision: async (endpoint, rolloutId) =>
      parsedItem(decisionItem, await table.getItem(endpoint, decisionKey(rolloutId))),
    decideToPromote: async (endpoint, rolloutId, { by, reason, at }) =>
      putOver(table, { endpoint, sort: decisionKey(rolloutId), schema: decisionItem }, { by, reason, at }, ABSENT),
  };
};

export interface Holds {
  readHold(endpoint: string): Promise<Hold | undefined>;
  holdTeardown(endpoint: string, hold: Hold): Promise<void>;
}

const HOLD = 'TEARDOWN_HOLD';
const holdItem = z.object({ until: z.iso.datetime(), reason: z.string() });

/** One item an endpoint; one that is over stays until the next. */
export const dynamodbHolds = (context: AdapterContext): Holds => {
  const table = dynamodbTable(context);
  return {
    // What cannot be read keeps everything: a person asked for that.
    readHold: async (endpoint) => {
      const item = await table.getItem(endpoint, HOLD);
      return item && parseItem(holdItem, item, endpoint, HOLD);
    },
    holdTeardown: async (endpoint, { until, reason }) => {
      await table.putItem(endpoint, HOLD, { until, reason });
    },
  };
};
