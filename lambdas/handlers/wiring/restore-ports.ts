import type { AdapterContext } from '../../adapters/sdk/context';
import { dynamodbAnnouncements } from '../../adapters/dynamodb/announcements';
import { dynamodbLiveModels } from '../../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../../adapters/dynamodb/locks';
import { dynamodbRecords } from '../../adapters/dynamodb/records';
import { dynamodbSettings } from '../../adapters/dynamodb/settings';
import { dynamodbUploads } from '../../adapters/dynamodb/uploads';
import { lambdaLiveAlias } from '../../adapters/lambda/live-alias';
import { lambdaVersions } from '../../adapters/lambda/versions';
import { s3Models } from '../../adapters/s3/models';
import { s3Documents } from '../../adapters/s3/documents';
import { sfnExecutions } from '../../adapters/executions';
import type { RestorePorts } from '../../steps/restore-blue';

/** What putting blue back and closing a rollout needs, whoever notices that it must be done. */
export const restorePorts = (context: AdapterContext): RestorePorts => ({
  announcements: dynamodbAnnouncements(context),
  clock: context.clock,
  documents: s3Documents(context),
  executions: sfnExecutions(context),
  liveAlias: lambdaLiveAlias(context),
  liveModels: dynamodbLiveModels(context),
  locks: dynamodbLocks(context),
  models: s3Models(context),
  records: dynamodbRecords(context),
  settings: dynamodbSettings(context),
  uploads: dynamodbUploads(context),
  versions: lambdaVersions(context),
});
