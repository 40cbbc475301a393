import { gzipSync } from 'node:zlib';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { denseTraffic } from './stage/traffic';

describe('an endpoint that hardly has users, but samples', () => {
  const scene = storyOf(STACKS.several, 'replayed');
  let blue = '';

  scene('has a first model, and requests to replay', async ({ app, endpoint }) => {
    const lines = denseTraffic.requests.map(({ inputs }) => JSON.stringify({ inputs })).join('\n');
    await app.put('samples/replayed.jsonl.gz', gzipSync(lines));
    const execution = await endpoint.rollout(example('v1-baseline.onnx'));
    expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
    blue = await endpoint.atRest({ withinMs: 120_000 });
  });

  scene(
    'proves a good one before any user meets it',
    async ({ endpoint }) => {
      const execution = await endpoint.rollout(example('v2-better.onnx'), { metadata: { dryrun: 'true' } });
      const { status, cause } = await execution.end({ withinMs: 700_000 });
      expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
      expect(await execution.states()).toContain('ReplayTraffic');
      const record = await endpoint.record(execution.name);
      expect(record).toMatchObject({ outcome: 'dry-run-passed', state: { replay: { verdict: 'proven' } } });
      expect(record?.state?.replay?.pairs).toBeGreaterThan(20);
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(blue);
    },
    { withinSeconds: 900 },
  );

  scene(
    'refuses one that throws, and no user has met it',
    async ({ endpoint }) => {
      const execution = await endpoint.rollout(example('throws-on-dense.onnx'));
      const { status, error, cause } = await execution.end({ withinMs: 700_000 });
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'ModelRejected' });
      expect(cause).toMatch(
        /^replay of \d+ requests?, before any user: errors: green fails a request that blue answers/,
      );
      expect(await execution.states()).not.toContain('ShiftTraffic');
      const record = await endpoint.record(execution.name);
      expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: blue, state: { weights: [] } });
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(blue);
    },
    { withinSeconds: 900 },
  );
});
