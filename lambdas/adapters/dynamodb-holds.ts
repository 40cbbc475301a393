import * as z from 'zod';
import type { Holds } from '../ports/holds';
import type { AdapterContext } from './context';
import { parseItem } from './dynamodb/stored-item';
import { dynamodbTable } from './dynamodb/table';

const HOLD = 'TEARDOWN_HOLD';
const holdItem = z.object({ until: z.iso.datetime(), reason: z.string() });

/** One item an endpoint; one that is over stays until the next. */
export const dynamodbHolds = (context: AdapterContext): Holds => {
  const table = dynamodbTable(context);
  return {
    read: async (endpoint) => {
      const item = await table.get(endpoint, HOLD);
      return item && parseItem(holdItem, item, endpoint, HOLD);
    },
    put: async (endpoint, { until, reason }) => {
      await table.put(endpoint, HOLD, { until, reason });
    },
  };
};
