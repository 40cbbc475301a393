import type { AdapterContext } from '../../adapters/context';
import { dynamodbApprovals } from '../../adapters/dynamodb-approvals';
import { dynamodbDecisions } from '../../adapters/dynamodb-decisions';
import { dynamodbHolds } from '../../adapters/dynamodb-holds';
import { dynamodbLiveModels } from '../../adapters/dynamodb-live-models';
import { dynamodbLocks } from '../../adapters/dynamodb-locks';
import { dynamodbRecords } from '../../adapters/dynamodb-records';
import { dynamodbSettings } from '../../adapters/dynamodb-settings';
import { dynamodbUploads } from '../../adapters/dynamodb-uploads';
import { lambdaLiveAlias } from '../../adapters/lambda-live-alias';
import { lambdaTeardown } from '../../adapters/lambda-teardown';
import { lambdaVersions } from '../../adapters/lambda-versions';
import { s3ModelStore } from '../../adapters/s3-model-store';
import { s3Models } from '../../adapters/s3-models';
import { sfnAnswers } from '../../adapters/sfn-answers';
import { sfnExecutions } from '../../adapters/sfn-executions';
import { sha256Hex } from '../../adapters/sha256-hex';
import type { OperationPorts } from '../../steps/operations/ports';

/** What the operations of a person need, with that person's rights. */
export const operationPorts = (context: AdapterContext): OperationPorts => ({
  answers: sfnAnswers(context),
  approvals: dynamodbApprovals(context),
  clock: context.clock,
  decisions: dynamodbDecisions(context),
  executions: sfnExecutions(context),
  hash: sha256Hex,
  holds: dynamodbHolds(context),
  liveAlias: lambdaLiveAlias(context),
  liveModels: dynamodbLiveModels(context),
  locks: dynamodbLocks(context),
  models: s3Models(context),
  modelStore: s3ModelStore(context),
  records: dynamodbRecords(context),
  settings: dynamodbSettings(context),
  teardown: lambdaTeardown(context),
  uploads: dynamodbUploads(context),
  versions: lambdaVersions(context),
});
