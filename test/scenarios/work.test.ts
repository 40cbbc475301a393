import { NO_ENDPOINT } from '../../lambdas/contract/names';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { MINUTE, Scene, templateOf } from './harness';

/** What the clock does of each endpoint is a message of its own. */

const NAMES = Array.from({ length: 12 }, (_, index) => `m${String(index).padStart(2, '0')}`);

const scene = (): Promise<Scene> =>
  Scene.open({ template: templateOf(...['digits', ...NAMES].map((name): EndpointSettingsInput => ({ name }))) });

/** Endpoints by the moment at which one of their items was read by a function. */
function seenBy(scene: Scene, handler: 'reconcile' | 'teardown-idle'): Map<string, number> {
  const seen = new Map<string, number>();
  scene.world.hooks.onBefore(({ caller, input, service, at }) => {
    if (caller.kind !== 'function' || caller.logicalId !== scene.logicalId(handler) || service !== 'dynamodb') return;
    const [, endpoint] = /"ENDPOINT#([^"]+)"/.exec(JSON.stringify(input)) ?? [];
    // Turns are kept as those of no endpoint.
    if (endpoint !== undefined && endpoint !== NO_ENDPOINT && !seen.has(endpoint)) seen.set(endpoint, at);
  });
  return seen;
}

it.each([
  ['reconcile', 4],
  ['teardown-idle', 1.25],
] as const)('%s sees every endpoint in one run, so many a second at most', async (handler, perSecond) => {
  const opened = await scene();
  opened.unschedule(handler === 'reconcile' ? 'TeardownIdle' : 'Reconcile');
  const seen = seenBy(opened, handler);
  await opened.world.runUntil(() => seen.size > 0, { limitMs: 65 * MINUTE });
  const began = Math.min(...seen.values());
  await opened.world.runFor(2 * MINUTE);
  expect([...seen.keys()].sort()).toEqual(['digits', ...NAMES]);
  const [last = 0] = [...seen.values()].toSorted((a, b) => b - a);
  expect((last - began) / 1000).toBeGreaterThan(12 / perSecond - 2);
});

it.each(['reconcile', 'teardown-idle'] as const)(
  '%s: an endpoint that fails keeps no other from its turn, and ends as a dead letter with its name',
  async (handler) => {
    const opened = await scene();
    opened.unschedule(handler === 'reconcile' ? 'TeardownIdle' : 'Reconcile');
    opened.world.hooks.onBefore(({ caller, input }) => {
      if (caller.kind !== 'function' || caller.logicalId !== opened.logicalId(handler)) return;
      if (JSON.stringify(input).includes('ENDPOINT#m03')) throw new Error('broken');
    });
    const seen = seenBy(opened, handler);
    await opened.world.runUntil(() => seen.has('m11'), { limitMs: 65 * MINUTE });
    await opened.world.runFor(12 * MINUTE);
    for (const name of NAMES.filter((one) => one !== 'm03')) expect([name, seen.has(name)]).toEqual([name, true]);
    const letters = opened.world.invocations.deadLetters.filter(({ functionName }) =>
      functionName.includes(opened.logicalId(handler)),
    );
    expect(new Set(letters.map(({ event }) => event))).toEqual(new Set(['{"endpoint":"m03"}']));
  },
);

it('a slow endpoint keeps no other from its turn', async () => {
  const opened = await scene();
  opened.unschedule('TeardownIdle');
  opened.world.hooks.onBefore(async ({ caller, input }) => {
    const isSlow = caller.kind === 'function' && caller.logicalId === opened.logicalId('reconcile');
    if (isSlow && JSON.stringify(input).includes('ENDPOINT#m00')) await opened.world.clock.sleep(10 * MINUTE);
  });
  const seen = seenBy(opened, 'reconcile');
  await opened.world.runUntil(() => seen.size > 0, { limitMs: 10 * MINUTE });
  await opened.world.runFor(6 * MINUTE);
  expect(NAMES.filter((name) => name !== 'm00' && !seen.has(name))).toEqual([]);
});
