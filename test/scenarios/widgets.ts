import type { DashboardHandler } from '../../lib/handlers';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { WidgetOperation } from '../../lambdas/contract/widget-event';
import type { Execution } from '../../simulator/states/execution';
import { Scene } from './harness';

/** What stands in a widget's fields. */
export const ADA = { by: 'Ada', reason: 'looks right' };

export const LONG = { strategy: 'Canary10Percent15Minutes' };

/** A canary that has come to a state for the nth time. */
export async function canary(state = 'Bake', nth = 3, metadata: object = LONG): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, { ...metadata, reason: 'retrain <47>' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}

/** A widget's button as CloudWatch reads it: what it says, asks and sends. */
export interface ShownButton {
  readonly label: string;
  readonly confirmation: string | undefined;
  readonly endpoint: string;
  readonly payload: { readonly endpoint: string; readonly operation: WidgetOperation };
}

/** Invokes one of the dashboard's functions with the rights of a person, as the console does. */
export async function callWidget(scene: Scene, handler: DashboardHandler, event: object): Promise<string> {
  const FunctionName = scene.world.stack.ref(scene.logicalId(handler));
  const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
  const { Payload, FunctionError } = await scene.world.run(scene.world.user.lambda.send(command));
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) throw new Error(text);
  const answer = JSON.parse(text) as string | { readonly markdown: string };
  return typeof answer === 'string' ? answer : answer.markdown;
}

export interface Context {
  readonly theme?: 'light' | 'dark';
  readonly timeRange?: object;
  readonly typed?: Readonly<Record<string, unknown>>;
}

export const contextOf = ({ theme = 'light', timeRange, typed = {} }: Context) => ({
  dashboardName: 'Greenlight-eu-west-1',
  widgetId: 'widget-2',
  theme,
  width: 680,
  height: 700,
  ...(timeRange && { timeRange }),
  forms: { all: typed },
});

export const show = (scene: Scene, view: string, context: Context = {}, endpoint?: string): Promise<string> =>
  callWidget(scene, 'dashboard-view', {
    view,
    ...(endpoint !== undefined && { endpoint }),
    widgetContext: contextOf(context),
  });

/** The buttons of a widget. */
export function buttonsOf(html: string): readonly ShownButton[] {
  const found = html.matchAll(/<button[^>]*>([^<]*)<\/button\s*>\s*<cwdb-action([^>]*)>([\s\S]*?)<\/cwdb-action\s*>/g);
  return [...found].map(([, label = '', attributes = '', payload = '']) => {
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
    return {
      label: decoded(label.trim()),
      confirmation: attribute('confirmation') && decoded(attribute('confirmation') ?? ''),
      endpoint: attribute('endpoint') ?? '',
      payload: JSON.parse(decoded(payload)) as ShownButton['payload'],
    };
  });
}

export function buttonOf(html: string, label: string): ShownButton {
  const all = buttonsOf(html);
  const found = all.find((one) => one.label === label);
  if (found === undefined) throw new Error(`no button "${label}" among ${all.map((one) => one.label).join(', ')}`);
  return found;
}

/** Presses a button with what stands in the fields, and answers what the widget then shows. */
export const press = (scene: Scene, button: ShownButton, typed: object = ADA): Promise<string> =>
  callWidget(scene, 'dashboard-act', { ...button.payload, widgetContext: contextOf({ typed: { ...typed } }) });

/** What was said to a click: tone, title and text. */
export function saidIn(html: string): string | undefined {
  const said = /<div class="said (\w+)" role="status">([\s\S]*?)<\/div>/.exec(html);
  return said ? `${said[1]} ${textOf(said[2] ?? '')}` : undefined;
}

/** A widget as it is read. */
export const textOf = (html: string): string =>
  decoded(
    html
      .replace(/<style>[\s\S]*?<\/style>/g, '')
      .replace(/<(\w+)[^>]* aria-hidden="true">[^<]*<\/\1\s*>/g, '')
      .replace(/<cwdb-action[\s\S]*?<\/cwdb-action\s*>/g, '')
      .replace(/<[^>]*>/g, ' '),
  )
    .replace(/\s+/g, ' ')
    .trim();

const decoded = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
