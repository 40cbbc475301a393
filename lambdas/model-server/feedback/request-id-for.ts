import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import type { ModelServerEnv } from '../../contract/model-server-env';
import { answeredBy } from '../../domain/feedback/answered';
import type { PredictionOutput } from '../../domain/prediction';
import { writeRequestId } from './request-id';

/** The id of an answer, which carries what was predicted: nothing is stored until a label comes, and mostly none does. */
export const requestIdFor = (
  outputs: readonly PredictionOutput[],
  env: ModelServerEnv,
  classNames: readonly string[] | undefined,
  key: string,
  context: { readonly functionVersion: string; readonly awsRequestId: string },
  at: number,
  live: boolean,
): string =>
  writeRequestId(
    {
      endpoint: env.endpoint,
      version: context.functionVersion,
      model: env.model?.sha256.slice(0, 12) ?? 'none',
      at,
      invocation: context.awsRequestId,
      live,
      answered: answeredBy(outputs, { predictionOutput: env.predictionOutput, classNames }, MAX_ROWS_COUNTED),
    },
    key,
  );
