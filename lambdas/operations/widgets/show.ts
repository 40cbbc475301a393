import type { ShowNeeds } from './needs';
import { InvalidInput, LiveAliasMoved, UnknownEndpoint } from '../../contract/errors';
import type { WidgetShow } from '../../contract/widget-event';
import { renderComparison, renderNoComparison } from '../../pages/dashboard/comparison/render';
import { renderEndpoints } from '../../pages/dashboard/endpoints';
import { renderRollout } from '../../pages/dashboard/rollout/render';
import { isoTime } from '../../domain/minutes';
import { statusOfAll } from '../status';
import { DESCRIBE_SHOW, type Description } from './describe';
import { readComparison } from './read-comparison';
import { readRollout } from './read-rollout';
import { typedIn } from './typed-in';

type Asked = WidgetShow | { readonly describe: true };

/**
 * What a widget of the dashboard shows, as HTML. It changes nothing. What fails beyond a wrong parameter is thrown:
 * CloudWatch shows it, and the function's errors count it.
 */
export async function showWidget(ports: ShowNeeds, asked: Asked): Promise<string | Description> {
  if ('describe' in asked) return DESCRIBE_SHOW;
  const { view, endpoint, widgetContext } = asked;
  const { theme } = widgetContext;
  switch (view) {
    case 'endpoints':
      return renderEndpoints(await statusOfAll(ports, 'table'), theme, isoTime(ports.clock.now()));
    case 'rollout': {
      const { actFunction } = ports;
      const acting = actFunction === undefined ? undefined : { calls: actFunction, typed: typedIn(widgetContext) };
      return orSaid(asked, async () => renderRollout(await readRollout(ports, endpoint), theme, acting));
    }
    case 'comparison':
      return orSaid(asked, async () => {
        const found = await readComparison(ports, endpoint, widgetContext);
        return found.comparison === 'unavailable'
          ? renderNoComparison(found.endpoint, 'CloudWatch gave no complete answer; look again.', theme)
          : renderComparison(found.comparison, theme);
      });
  }
}

/** A wrong parameter, or an alias that somebody deleted, is told in the widget's place. */
async function orSaid({ endpoint, widgetContext }: WidgetShow, render: () => Promise<string>): Promise<string> {
  try {
    return await render();
  } catch (error) {
    if (error instanceof UnknownEndpoint || error instanceof InvalidInput || error instanceof LiveAliasMoved)
      return renderNoComparison(endpoint ?? 'no endpoint', `${error.name}: ${error.message}.`, widgetContext.theme);
    throw error;
  }
}
