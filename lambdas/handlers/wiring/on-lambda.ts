import { Logger } from '@aws-lambda-powertools/logger';
import type { HandlerName } from '../../contract/names';
import type { CreateHandler, Invocation } from './create-handler';

/** A page of the dashboard is no line of a log. */
const MAX_LOGGED = 200;

/** The Lambda entry of a handler: made at the first call, logged as one JSON line per call and outcome. */
export function onLambda(name: HandlerName, create: CreateHandler): ReturnType<CreateHandler> {
  const logger = new Logger({ serviceName: name });
  let handle: ReturnType<CreateHandler> | undefined;
  return async (event: unknown, invocation?: Invocation) => {
    try {
      handle ??= create();
      const result = await handle(event, invocation);
      logger.info('done', { result: briefly(result) });
      return result;
    } catch (error) {
      // Thrown on as it is: the workflow matches on its name.
      logger.error('failed', { error });
      throw error;
    }
  };
}

/** The state machine's history holds every state whole; the log needs what one greps for. */
function briefly(result: unknown): unknown {
  if (typeof result === 'string' && result.length > MAX_LOGGED) return `${result.length} characters`;
  if (typeof result !== 'object' || result === null) return result;
  const { id, endpoint, phase, next, outcome, judgement } = result as Readonly<Record<string, unknown>>;
  return id === undefined ? result : { id, endpoint, phase, next, outcome, judgement };
}
