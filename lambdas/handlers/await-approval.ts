import { dynamodbAnnouncements } from '../adapters/dynamodb/announcements';
import { dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { awaitApproval, awaitApprovalInput } from '../steps/await-approval';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    announcements: dynamodbAnnouncements(context),
    approvals: dynamodbApprovals(context),
    clock: context.clock,
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
  }),
  awaitApproval,
  awaitApprovalInput,
);

export const handler = onLambda('await-approval', create);
