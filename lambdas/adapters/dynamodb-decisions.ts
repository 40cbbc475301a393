import * as z from 'zod';
import type { Decisions } from '../ports/decisions';
import type { AdapterContext } from './context';
import { parseItem } from './dynamodb/stored-item';
import { ABSENT, dynamodbTable } from './dynamodb/table';

const decisionKey = (rolloutId: string): string => `DECISION#${rolloutId}`;
const decisionItem = z.object({ by: z.string().min(1), reason: z.string(), at: z.iso.datetime() });

/** One item per rollout about which a person has decided. */
export const dynamodbDecisions = (context: AdapterContext): Decisions => {
  const table = dynamodbTable(context);
  return {
    read: async (endpoint, rolloutId) => {
      const item = await table.get(endpoint, decisionKey(rolloutId));
      return item && parseItem(decisionItem, item, endpoint, decisionKey(rolloutId));
    },
    promote: async (endpoint, rolloutId, { by, reason, at }) =>
      table.put(endpoint, decisionKey(rolloutId), { by, reason, at }, ABSENT),
  };
};
