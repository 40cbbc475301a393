import * as z from 'zod';
import { tableAvailability } from '../adapters/dynamodb/availability';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3Models } from '../adapters/s3/models';
import { sha256Hex } from '../adapters/crypto';
import { reconcile } from '../steps/reconcile';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { restorePorts } from './wiring/restore-ports';

export const create = createHandler(
  (context) => ({
    ...restorePorts(context),
    availability: tableAvailability(context),
    hash: sha256Hex,
    models: s3Models(context),
    versions: lambdaVersions(context),
  }),
  reconcile,
  z.unknown(),
);

export const handler = onLambda('reconcile', create);
