import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isAwsError } from '../aws-error';
import type { AdapterContext } from '../context';
import { StoredItemContended, WRITE_ATTEMPTS } from './stored-item';
import { tableAccess } from './table-access';
import type { Attributes, Condition } from './table';

/** An item to put, by its keys and attributes together. */
export interface TogetherPut {
  readonly item: Attributes;
  readonly condition?: Condition;
}

const reasons = z.object({ CancellationReasons: z.array(z.object({ Code: z.string().optional() })) });
/** Of two transactions that touch one item at once DynamoDB cancels one; both are over within milliseconds. */
const PAUSE_MS = 50;

/**
 * Puts all of the items, or none. Answers which conditions did not hold, by position: none when it was written.
 * @throws StoredItemContended when others kept writing the same items
 */
export async function writeTogether(context: AdapterContext, puts: readonly TogetherPut[]): Promise<readonly number[]> {
  const { client, TableName } = tableAccess(context);
  const TransactItems: TransactWriteCommandInput['TransactItems'] = puts.map(({ item, condition }) => ({
    Put: {
      TableName,
      Item: { ...item },
      ...(condition && {
        ConditionExpression: condition.expression,
        ...(condition.names && { ExpressionAttributeNames: { ...condition.names } }),
        ...(condition.values && { ExpressionAttributeValues: { ...condition.values } }),
      }),
    },
  }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
      return [];
    } catch (error) {
      if (!isAwsError(error, 'TransactionCanceledException')) throw error;
      const codes = reasons.safeParse(error).data?.CancellationReasons.map(({ Code }) => Code ?? 'None') ?? [];
      const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) return failed;
      if (!codes.includes('TransactionConflict')) throw error;
      if (attempt === WRITE_ATTEMPTS)
        throw new StoredItemContended(`${puts.length} items were being written by others, ${WRITE_ATTEMPTS} times.`);
      await context.clock.sleep(attempt * PAUSE_MS);
    }
  }
}
