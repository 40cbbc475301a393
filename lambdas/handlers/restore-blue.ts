import { restoreBlue, restoreBlueInput } from '../steps/restore-blue';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { restorePorts } from './wiring/restore-ports';

export const create = createHandler(restorePorts, restoreBlue, restoreBlueInput);

export const handler = onLambda('restore-blue', create);
