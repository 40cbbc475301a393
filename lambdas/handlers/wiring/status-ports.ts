import type { AdapterContext } from '../../adapters/sdk/context';
import { dynamodbApprovals, dynamodbDecisions, dynamodbHolds } from '../../adapters/dynamodb/decisions';
import { dynamodbLiveModels } from '../../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../../adapters/dynamodb/locks';
import { dynamodbRecords } from '../../adapters/dynamodb/records';
import { dynamodbSettings } from '../../adapters/dynamodb/settings';
import { dynamodbUploads } from '../../adapters/dynamodb/uploads';
import { lambdaLiveAlias } from '../../adapters/lambda/live-alias';
import { sfnExecutions } from '../../adapters/executions';

/** What telling the state of endpoints needs. */
export const statusPorts = (context: AdapterContext) => ({
  approvals: dynamodbApprovals(context),
  clock: context.clock,
  decisions: dynamodbDecisions(context),
  executions: sfnExecutions(context),
  holds: dynamodbHolds(context),
  liveAlias: lambdaLiveAlias(context),
  liveModels: dynamodbLiveModels(context),
  locks: dynamodbLocks(context),
  records: dynamodbRecords(context),
  settings: dynamodbSettings(context),
  uploads: dynamodbUploads(context),
});
