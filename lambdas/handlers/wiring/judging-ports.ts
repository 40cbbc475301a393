import type { AdapterContext } from '../../adapters/sdk/context';
import { cloudwatchAlarms } from '../../adapters/cloudwatch/alarms';
import { cloudwatchEvidence } from '../../adapters/cloudwatch/evidence';
import { dynamodbLiveModels } from '../../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../../adapters/dynamodb/locks';
import { dynamodbRecords } from '../../adapters/dynamodb/records';
import { lambdaLiveAlias } from '../../adapters/lambda/live-alias';
import { s3Documents } from '../../adapters/s3/documents';

/** What a look at live traffic needs, in the canary and after it. */
export const judgingPorts = (context: AdapterContext) => ({
  alarms: cloudwatchAlarms(context),
  clock: context.clock,
  documents: s3Documents(context),
  evidence: cloudwatchEvidence(context),
  liveAlias: lambdaLiveAlias(context),
  liveModels: dynamodbLiveModels(context),
  locks: dynamodbLocks(context),
  records: dynamodbRecords(context),
});
