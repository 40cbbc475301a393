import { lambdaVersions } from '../adapters/lambda/versions';
import { lambdaTeardown } from '../adapters/lambda/teardown';
import { s3KeptRequests } from '../adapters/s3/captured-requests';
import { s3ModelStore } from '../adapters/s3/model-store';
import { s3Models } from '../adapters/s3/models';
import { sha256Hex } from '../adapters/crypto';
import { and, type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import { sfnAnswers, sfnExecutions } from '../adapters/executions';
import { dynamodbApprovals, dynamodbDecisions, dynamodbHolds } from '../adapters/dynamodb/decisions';

/** Telling the state of endpoints. */
export const statusNeeds = {
  approvals: dynamodbApprovals,
  clock: ownClock,
  decisions: dynamodbDecisions,
  executions: sfnExecutions,
  holds: dynamodbHolds,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  uploads: dynamodbUploads,
  waves: dynamodbWaves,
};

/**
 * Everything that the operations of a person ask for, together, with that person's rights; each names the ones it uses.
 */
export const operationNeeds = /* @__PURE__ */ and(statusNeeds, {
  answers: sfnAnswers,
  hash: () => sha256Hex,
  keptRequests: s3KeptRequests,
  models: s3Models,
  modelStore: s3ModelStore,
  teardown: lambdaTeardown,
  versions: lambdaVersions,
});
export type OperationNeeds = Made<typeof operationNeeds>;

/** Who acts, and why: both are kept with what they do. */
export interface Actor {
  readonly by: string;
  readonly reason: string;
}
