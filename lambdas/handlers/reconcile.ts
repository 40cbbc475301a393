import * as z from 'zod';
import { reconcile } from '../steps/reconcile';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { restorePorts } from './wiring/restore-ports';

export const create = createHandler(restorePorts, reconcile, z.unknown());

export const handler = onLambda('reconcile', create);
