import * as z from 'zod';
import { consoleLinks } from '../adapters/console-links';
import { dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { dynamodbOutbox } from '../adapters/dynamodb/outbox';
import { eventbridgeEventBus } from '../adapters/event-bus';
import { snsNotices } from '../adapters/notices';
import { announce } from '../steps/announce';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    approvals: dynamodbApprovals(context),
    clock: context.clock,
    consoleLinks: consoleLinks(context),
    eventBus: eventbridgeEventBus(context),
    notices: snsNotices(context),
    outbox: dynamodbOutbox(context),
  }),
  announce,
  z.unknown(),
);

export const handler = onLambda('announce', create);
