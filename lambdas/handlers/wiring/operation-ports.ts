import type { AdapterContext } from '../../adapters/sdk/context';
import { lambdaTeardown } from '../../adapters/lambda/teardown';
import { lambdaVersions } from '../../adapters/lambda/versions';
import { s3ModelStore } from '../../adapters/s3/model-store';
import { s3Models } from '../../adapters/s3/models';
import { sfnAnswers } from '../../adapters/executions';
import { sha256Hex } from '../../adapters/crypto';
import type { OperationPorts } from '../../steps/operations/ports';
import { statusPorts } from './status-ports';

/** What the operations of a person need, with that person's rights. */
export const operationPorts = (context: AdapterContext): OperationPorts => ({
  ...statusPorts(context),
  answers: sfnAnswers(context),
  hash: sha256Hex,
  models: s3Models(context),
  modelStore: s3ModelStore(context),
  teardown: lambdaTeardown(context),
  versions: lambdaVersions(context),
});
