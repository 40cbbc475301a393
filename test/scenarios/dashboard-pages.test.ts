import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { asking } from './asking';
import { Scene } from './harness';
import { buttonOf, buttonsOf, callWidget, contextOf, show, textOf } from './widgets';

/** As many endpoints beside the one of the scene; all of one function, which decides nothing here. */
async function beside(scene: Scene, count: number): Promise<void> {
  const config = (await scene.world.run(dynamodbSettings(scene.context).findSettings('digits')))!;
  const store = dynamodbSettingsStore(scene.context);
  for (let index = 1; index <= count; index += 1) {
    const settings = { ...config.settings, name: `a-${String(index).padStart(4, '0')}` };
    await scene.world.run(store.storeSettings({ ...config, settings }, ['deploy']));
  }
}

const rowsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<th scope="row"[^>]*>([^<]*)<\/th>/g)].map(([, name = '']) => name);

const page = (scene: Scene, number: number): Promise<string> =>
  callWidget(scene, 'dashboard-view', { view: 'endpoints', page: number, widgetContext: contextOf({}) });

describe('the table of endpoints', () => {
  it('has no pages as long as all fit in one', async () => {
    const scene = await Scene.open();
    await beside(scene, 49);
    const html = await show(scene, 'endpoints');
    expect([rowsOf(html).length, buttonsOf(html)]).toEqual([50, []]);
  });

  it('turns pages by buttons that call the function that drew it, and beyond the last one shows the last', async () => {
    const scene = await Scene.open();
    await beside(scene, 119);
    const first = await show(scene, 'endpoints');
    expect(rowsOf(first)).toEqual(expect.arrayContaining(['a-0001', 'a-0050']));
    expect(buttonsOf(first).map(({ label }) => label)).toEqual(['Next page']);
    expect(textOf(first)).toContain('Endpoints 1 to 50 of 120');
    const next = buttonOf(first, 'Next page');
    const view = scene.world.stack.ref(scene.logicalId('dashboard-view'));
    expect([next.endpoint.split(':').at(-1), next.payload]).toEqual([view, { view: 'endpoints', page: 2 }]);
    const second = await callWidget(scene, 'dashboard-view', { ...next.payload, widgetContext: contextOf({}) });
    expect(buttonsOf(second).map(({ label }) => label)).toEqual(['Previous page', 'Next page']);
    const last = await page(scene, 9);
    expect([rowsOf(last).length, rowsOf(last).at(-1), textOf(last)]).toEqual([
      20,
      'digits',
      expect.stringContaining('Endpoints 101 to 120 of 120'),
    ]);
    expect(new Set([first, second, last].flatMap(rowsOf)).size).toBe(120);
  });

  it('reads what it does not show only for its order', async () => {
    const scene = await Scene.open();
    await beside(scene, 999);
    const calls = scene.world.hooks.calls.length;
    const html = await show(scene, 'endpoints');
    const reads = scene.world.hooks.calls.slice(calls).filter(({ service }) => service === 'dynamodb').length;
    expect(reads).toBeLessThan(2 * 1000 + 50 * 10);
    expect([rowsOf(html).length, html.length < 100_000]).toEqual([50, true]);
  });

  it('begins with what asks a person', async () => {
    const [scene] = await asking();
    await beside(scene, 60);
    expect(rowsOf(await show(scene, 'endpoints'))[0]).toBe('digits');
  });

  it.each([
    ['failed last', [{ name: 'bad', errorRate: 0.2 }], 'first'],
    ['has promoted since', [{ name: 'bad', errorRate: 0.2 }, { name: 'good' }], 'beyond the first page'],
  ])('shows what %s where it belongs', async (_, models, place) => {
    const scene = await Scene.open();
    await scene.serve();
    for (const model of models) await scene.rollout(model, { strategy: 'Canary10Percent5Minutes' });
    await beside(scene, 60);
    const rows = rowsOf(await show(scene, 'endpoints'));
    expect(rows.indexOf('digits')).toBe(place === 'first' ? 0 : -1);
  });
});
