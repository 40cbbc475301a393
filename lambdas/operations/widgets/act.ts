import type { ActNeeds } from './needs';
import { InvalidInput, RollbackTargetUnavailable, RolloutBusy } from '../../contract/errors';
import { OPERATION_ERRORS, OperationRefused } from '../../contract/operation-errors';
import type { WidgetAct } from '../../contract/widget-event';
import { renderRollout } from '../../pages/dashboard/rollout/render';
import type { Said } from '../../pages/dashboard/rollout/picture';
import { actorOf } from './actor-of';
import { carryOut } from './carry-out';
import { DESCRIBE_ACT, type Description } from './describe';
import { readRollout } from './read-rollout';
import { typedIn } from './typed-in';

type Asked = WidgetAct | { readonly describe: true };

/**
 * What a button of the dashboard does: the operation of its payload, and then the endpoint as it is. A refusal is an
 * answer, with its name and what to do; what fails otherwise is thrown, and CloudWatch shows it.
 *
 * @param invocation tells the function's own ARN, which the buttons of the answer call
 */
export async function actOnClick(
  ports: ActNeeds,
  asked: Asked,
  invocation?: { readonly invokedFunctionArn: string },
): Promise<string | Description> {
  if ('describe' in asked) return DESCRIBE_ACT;
  const { endpoint, widgetContext } = asked;
  const typed = typedIn(widgetContext);
  const said = await outcomeOf(ports, asked);
  const kept = said?.tone === 'good' ? { ...typed, reason: '', to: '' } : typed;
  const acting = invocation && { calls: invocation.invokedFunctionArn, typed: kept };
  return renderRollout(await readRollout(ports, endpoint), widgetContext.theme, acting, said);
}

async function outcomeOf(
  ports: ActNeeds,
  { endpoint, operation, widgetContext }: WidgetAct,
): Promise<Said | undefined> {
  if (operation.do === 'look') return undefined;
  const typed = typedIn(widgetContext);
  try {
    const text = await carryOut(ports, endpoint, operation, actorOf(typed, operation.do), typed.to);
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
    return { tone: late ? 'neutral' : 'bad', title: name, text: message, next: late ? ['Look again in a minute'] : next.map(({ what }) => what) }; // prettier-ignore
  }
  const known =
    error instanceof InvalidInput || error instanceof RolloutBusy || error instanceof RollbackTargetUnavailable;
  return known ? { tone: 'bad', title: error.name, text: error.message, next: [] } : undefined;
}
