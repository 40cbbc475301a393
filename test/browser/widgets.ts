import { contextOf, press, show, buttonOf, callWidget, type Context } from '../scenarios/widgets';
import { ENDPOINT, MINUTE, Scene } from '../scenarios/harness';

const LONG = { strategy: JSON.stringify({ steps: [5, 20, 50].map((weight) => ({ weight, bakeMinutes: 5 })) }) };

/** What the widgets can show; those of one endpoint in the states in which they differ. */
export const WIDGET_NAMES = [
  ...['endpoints', 'canary', 'asking', 'stopped', 'promoted', 'refused', 'done'],
  ...['comparison', 'comparison of a bad green', 'no comparison'],
] as const;
export type WidgetName = (typeof WIDGET_NAMES)[number];

export type Theme = 'light' | 'dark';

/** Every widget in both themes, as the embedded app draws them during real rollouts. */
export async function allWidgets(): Promise<ReadonlyMap<`${WidgetName} ${Theme}`, string>> {
  const scene = await Scene.open();
  const found = new Map<`${WidgetName} ${Theme}`, string>();
  const add = async (name: WidgetName, draw: (context: Context) => Promise<string>) => {
    for (const theme of ['light', 'dark'] as const)
      found.set(`${name} ${theme}`, await draw({ theme, typed: { by: 'Ada', reason: 'looks right' } }));
  };
  const rollout = (name: WidgetName) => add(name, (context) => show(scene, 'rollout', context, ENDPOINT));
  const comparison = (name: WidgetName, minutes: number) =>
    add(name, (context) =>
      show(
        scene,
        'comparison',
        { ...context, timeRange: { start: scene.now - minutes * MINUTE, end: scene.now } },
        ENDPOINT,
      ),
    );

  await scene.serve({ name: 'v1' }, 30);
  scene.requestsPerMinute = 900;
  await scene.rollout({ name: 'bad', errorRate: 0.08 }, { ...LONG, reason: 'an experiment' });
  await scene.world.runFor(4 * MINUTE);
  await rollout('stopped');
  await comparison('comparison of a bad green', 45);

  scene.requestsPerMinute = 6_000;
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  const versionId = await scene.upload({ name: 'v2' }, { ...LONG, reason: 'retrain week 47' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake', 12);
  await rollout('canary');
  await comparison('comparison', 60);
  await add('endpoints', (context) => show(scene, 'endpoints', context));
  const promote = buttonOf(await show(scene, 'rollout'), 'Promote now');
  await add('refused', ({ theme = 'light' }) =>
    callWidget(scene, 'dashboard-act', {
      ...promote.payload,
      widgetContext: contextOf({ theme, typed: { by: 'Ada' } }),
    }),
  );
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  await rollout('asking');
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Approve'));
  await scene.end(execution);
  await rollout('promoted');
  const keep = buttonOf(await show(scene, 'rollout'), 'Keep idle versions for a day');
  await add('done', ({ theme = 'light' }) =>
    callWidget(scene, 'dashboard-act', { ...keep.payload, widgetContext: contextOf({ theme, typed: { by: 'Ada' } }) }),
  );
  await add('no comparison', (context) =>
    show(scene, 'comparison', { ...context, timeRange: { start: 0, end: 60 * MINUTE } }, ENDPOINT),
  );
  return found;
}
