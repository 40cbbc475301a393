import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { whileUsersCall } from './stage/traffic';

/** Both schedules run once a minute here: the next time is at most that far, and the run takes its own seconds. */
const NEXT_TURN_MS = 240_000;
const ALL_AT_ONCE = { metadata: { strategy: 'AllAtOnce' } };

describe('what runs on a schedule', () => {
  const scene = storyOf(STACKS.several, 'idle');
  let previous = '';
  let live = '';

  scene('finds two models that were rolled out one after the other', async ({ endpoint }) => {
    for (const file of ['v1-baseline.onnx', 'v2-better.onnx']) {
      const execution = await endpoint.rollout(example(file), ALL_AT_ONCE);
      expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
      previous = live;
      live = await endpoint.atRest({ withinMs: 120_000 });
    }
    expect(await endpoint.versions()).toEqual(expect.arrayContaining([previous, live]));
  });

  scene(
    'tears down the version that no one needs, and neither the live one nor the rollback target',
    async ({ endpoint }) => {
      // The very first version, published at the deploy without a model, is no rollback target.
      const ask = async () => ((await endpoint.versions()).length === 2 ? true : undefined);
      await waitUntil('the idle version gone', ask, { withinMs: NEXT_TURN_MS });
      expect([...(await endpoint.versions())].sort()).toEqual([previous, live].sort());
    },
  );

  scene(
    'tears down the old rollback target once a newer version is live',
    async ({ endpoint }) => {
      const idle = previous;
      const execution = await endpoint.rollout(example('v1-baseline.onnx'), ALL_AT_ONCE);
      expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
      previous = live;
      live = await endpoint.atRest({ withinMs: 120_000 });
      const ask = async () => ((await endpoint.versions()).includes(idle) ? undefined : true);
      await waitUntil(`version ${idle} gone`, ask, { withinMs: NEXT_TURN_MS });
      expect([...(await endpoint.versions())].sort()).toEqual([previous, live].sort());
      expect((await endpoint.call({ method: 'GET', path: '/v2/health/ready' })).version).toBe(live);
    },
    { withinSeconds: 500 },
  );

  scene('takes away weights that no rollout owns', async ({ endpoint }) => {
    const users = await whileUsersCall(endpoint, async () => {
      await endpoint.setWeight(previous, 10);
      expect((await endpoint.alias()).canary).toEqual({ version: previous, weight: 10 });
      expect(await endpoint.atRest({ withinMs: NEXT_TURN_MS })).toBe(live);
    });
    expect(users.failures).toEqual([]);
  });
});
