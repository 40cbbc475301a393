import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { denseTraffic, whileUsersCall } from './stage/traffic';

describe('a model that throws in front of users alone', () => {
  const scene = storyOf(STACKS.several, 'bad');
  let blue = '';

  scene('is preceded by one that does not', async ({ endpoint }) => {
    const execution = await endpoint.rollout(example('v1-baseline.onnx'));
    expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
    blue = await endpoint.atRest({ withinMs: 120_000 });
  });

  scene(
    'is aborted by the judge, with blue alone in service, and none of blue’s answers fails',
    async ({ endpoint }) => {
      const canary: { begins: number; ends: number } = { begins: 0, ends: 0 };
      const users = await whileUsersCall(
        endpoint,
        async ({ requests }) => {
          canary.begins = Date.now();
          const execution = await endpoint.rollout(example('throws-on-dense.onnx'));
          const { status, error, cause } = await execution.end({ withinMs: 700_000 });
          canary.ends = Date.now();
          expect({ status, error }).toEqual({ status: 'FAILED', error: 'CanaryRegressed' });
          expect(cause).toMatch(
            /^errors: green [\d.]+ % \(\d+ of \d+ requests: .* model errors\), blue 0 % \(0 of \d+ requests/,
          );
          expect(await endpoint.record(execution.name)).toMatchObject({
            outcome: 'aborted',
            error: 'CanaryRegressed',
            liveVersionAfter: blue,
          });
          expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(blue);
          // Users go on calling, to see that green is gone.
          const enough = requests.length + 50;
          await waitUntil('50 more requests', async () => requests.length >= enough || undefined, {
            withinMs: 120_000,
          });
        },
        { traffic: denseTraffic },
      );
      const failed = users.failures;
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.filter(({ status, body }) => status !== 500 || !body.includes('"code":"ModelFailed"'))).toEqual([]);
      expect(failed.filter(({ version }) => version === blue)).toEqual([]);
      expect(failed.filter(({ sentAt }) => sentAt < canary.begins || sentAt > canary.ends)).toEqual([]);
    },
    { withinSeconds: 900 },
  );
});
