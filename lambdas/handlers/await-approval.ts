import { dynamodbApprovals } from '../adapters/dynamodb-approvals';
import { dynamodbLocks } from '../adapters/dynamodb-locks';
import { dynamodbRecords } from '../adapters/dynamodb-records';
import { snsNotices } from '../adapters/sns-notices';
import { awaitApproval, awaitApprovalInput } from '../steps/await-approval';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    approvals: dynamodbApprovals(context),
    clock: context.clock,
    locks: dynamodbLocks(context),
    notices: snsNotices(context),
    records: dynamodbRecords(context),
  }),
  awaitApproval,
  awaitApprovalInput,
);

export const handler = onLambda('await-approval', create);
