import { InvalidInput, RollbackTargetUnavailable, RolloutBusy } from '../../contract/errors';
import { onOneLine, quoted } from '../../contract/problems';
import { OPERATION_ERRORS, OperationRefused } from '../../contract/operation-errors';
import { type WidgetAct, FIELD_LIMITS, type WidgetOperation } from '../../contract/widget-event';
import type { Said } from '../../pages/dashboard/rollout/offers';
import { renderRollout } from '../../pages/dashboard/rollout/render';
import { abort } from '../abort';
import { afterAnswer, approve, reject } from '../answer';
import type { Actor } from '../needs';
import { promote } from '../promote';
import { rollback } from '../rollback';
import { postpone } from '../teardown';
import { utc } from '../rollout-view';
import { DESCRIBE_ACT, type Description, type ActNeeds, readRollout, typedIn, type Typed } from './needs';

/**
 * Users are safe within seconds where AWS's event arrives; a person does not look at a page that is still loading for
 * longer.
 */
const ABORT_WAIT_MS = 15_000;

/** Carries a click's operation out with the code of the command line, and says in a sentence what came of it. */
async function carryOut(
  ports: ActNeeds,
  endpoint: string,
  operation: Exclude<WidgetOperation, { do: 'look' }>,
  actor: Actor,
  to: string,
): Promise<string> {
  switch (operation.do) {
    case 'approve': {
      const { rolloutId, askedAt } = operation;
      const answered = await approve(ports, endpoint, actor, rolloutId, askedAt);
      return `rollout ${rolloutId} was approved by ${actor.by}; ${afterAnswer(answered)}`;
    }
    case 'reject': {
      const { rolloutId, askedAt } = operation;
      const answered = await reject(ports, endpoint, actor, rolloutId, askedAt);
      return `rollout ${rolloutId} was rejected by ${actor.by}; ${afterAnswer(answered)}`;
    }
    case 'promote': {
      const done = await promote(ports, endpoint, actor, operation.rolloutId);
      if (done.how === 'approved')
        return `rollout ${done.rolloutId} waited for an answer, and was approved by ${done.by}`;
      const when = done.nextLookAt === null ? '' : ` (${utc(done.nextLookAt)})`;
      return `rollout ${done.rolloutId} is promoted at its next look${when}, unless the judge says fail`;
    }
    case 'abort': {
      const { rollout, inService, seconds } = await abort(ports, endpoint, actor, ABORT_WAIT_MS, operation.rolloutId);
      return (
        `rollout ${rollout.id} ended as ${rollout.outcome ?? '?'}; in service: version ${inService.version}, safe ` +
        `after ${seconds} s`
      );
    }
    case 'rollback': {
      const { live, rollout, last } = operation;
      const request = { ...actor, force: false, seen: { live, rollout, last }, ...(to !== '' && { to }) };
      const started = await rollback(ports, endpoint, request);
      const careful = started.warning === null ? '' : ` Careful: ${started.warning}.`;
      return `rollback ${started.rolloutId} has begun; look again to follow it.${careful}`;
    }
    case 'postpone': {
      const { until, held } = operation;
      const when = until === null ? undefined : { until };
      const why = `${actor.by}${actor.reason === '' ? '' : `: ${actor.reason}`}`;
      const { skipped } = await postpone(ports, endpoint, when, why, held);
      return skipped ?? 'the teardown works again';
    }
  }
}

/** What puts users on blue must not wait for a person who types on a phone; what gives green more users is signed. */
const NEEDS: Partial<Record<WidgetOperation['do'], readonly (keyof Typed)[]>> = {
  approve: ['by'],
  promote: ['by', 'reason'],
  postpone: ['by'],
};
const LABELS = { by: 'Your name', reason: 'Why', to: 'Roll back to version' } as const;

/**
 * Who acts, and why, as they say themselves: CloudWatch does not tell. CloudTrail knows who invoked the function.
 * @throws InvalidInput naming the field
 */
function actorOf(typed: Typed, operation: WidgetOperation['do'], page: ActingPage): Actor {
  for (const field of NEEDS[operation] ?? [])
    if (typed[field] === '')
      throw new InvalidInput(`${LABELS[field]}: must be given to ${operation}; it is kept with what you do`);
  for (const field of ['by', 'reason', 'to'] as const)
    if (typed[field].length > FIELD_LIMITS[field])
      throw new InvalidInput(
        `${LABELS[field]}: must have ${FIELD_LIMITS[field]} characters at most; got ${quoted(typed[field], 40)}`,
      );
  return { by: `${onOneLine(typed.by) || 'a person'} (${page})`, reason: onOneLine(typed.reason) };
}

/**
 * Where the button is, as the record says it: the dashboard's is known to CloudTrail by its function, the other by who
 * called AWS.
 */
type ActingPage = 'dashboard' | 'live page';

type ActEvent = WidgetAct | { readonly describe: true };

/**
 * What a button of the dashboard does: the operation of its payload, and then the endpoint as it is. A refusal is an
 * answer, with its name and what to do; what fails otherwise is thrown, and CloudWatch shows it.
 *
 * @param invocation tells the function's own ARN, which the buttons of the answer call
 */
export async function actOnClick(
  ports: ActNeeds,
  asked: ActEvent,
  invocation?: { readonly invokedFunctionArn: string },
  page: ActingPage = 'dashboard',
): Promise<string | Description> {
  if ('describe' in asked) return DESCRIBE_ACT;
  const { endpoint, widgetContext } = asked;
  const typed = typedIn(widgetContext);
  const said = await outcomeOf(ports, asked, page);
  const kept = said?.tone === 'good' ? { ...typed, reason: '', to: '' } : typed;
  const acting = invocation && { calls: invocation.invokedFunctionArn, typed: kept };
  return renderRollout(await readRollout(ports, endpoint), widgetContext.theme, acting, said);
}

async function outcomeOf(
  ports: ActNeeds,
  { endpoint, operation, widgetContext }: WidgetAct,
  page: ActingPage,
): Promise<Said | undefined> {
  if (operation.do === 'look') return undefined;
  const typed = typedIn(widgetContext);
  try {
    const text = await carryOut(ports, endpoint, operation, actorOf(typed, operation.do, page), typed.to);
    return { tone: 'good', title: 'Done', text, next: [] };
  } catch (error) {
    const said = refusal(error);
    if (said === undefined) throw error;
    return said;
  }
}

/** Undefined for what is no refusal. */
function refusal(error: unknown): Said | undefined {
  if (error instanceof OperationRefused) {
    const { name, message, next } = error;
    // Stopped, and not known to be safe yet: that is no refusal, and no success either.
    const late = OPERATION_ERRORS[name] === 'late';
    return {
      tone: late ? 'neutral' : 'bad',
      title: name,
      text: message,
      next: late ? ['Look again in a minute'] : next.map(({ what }) => what),
    };
  }
  const known =
    error instanceof InvalidInput || error instanceof RolloutBusy || error instanceof RollbackTargetUnavailable;
  return known ? { tone: 'bad', title: error.name, text: error.message, next: [] } : undefined;
}
