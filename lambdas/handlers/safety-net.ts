import * as z from 'zod';
import { safetyNet } from '../steps/safety-net';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { restorePorts } from './wiring/restore-ports';

export const create = createHandler(restorePorts, safetyNet, z.unknown());

export const handler = onLambda('safety-net', create);
