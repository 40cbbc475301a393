import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeCanary } from '../steps/judge-canary';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { judgingPorts } from './wiring/judging-ports';

export const create = createHandler(judgingPorts, judgeCanary, rolloutStateSchema);

export const handler = onLambda('judge-canary', create);
