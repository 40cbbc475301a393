import { PREVIEW_ALIAS } from '../../lambdas/contract/names';
import type { EndedView, EndpointView } from '../../lambdas/contract/view';
import { functionUrl, type UrlAnswer } from '../../lab/deployed/function-url';
import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { pressed, typed, typedJson, typing } from './stage/command-line';
import { example } from './stage/paths';
import { type Story, storyOf } from './stage/story';

const NAME = 'tried';
/** A command is a process of its own, which on a busy machine takes its seconds to start. */
const PATIENTLY = { withinSeconds: 600 };
const IMAGE = ['--from', example('live-traffic.json'), '--row', '3'];

describe('a model that is tried before users meet it', () => {
  const scene = storyOf(STACKS.several, NAME);
  let blue = '';

  const asked = (): Promise<EndpointView> =>
    waitUntil(
      'a question',
      async () =>
        (await typedJson<readonly EndpointView[]>('status', NAME)).result.find(
          ({ state }) => state === 'waiting for an answer',
        ),
      { withinMs: 240_000, everyMs: 1_000 },
    );
  const upload = (file: string, reason: string) =>
    typing('upload', example(file), '--endpoint', NAME, '--reason', reason, '--wait');
  /** Which version answers testers. */
  const preview = async ({ app }: Story): Promise<UrlAnswer> =>
    functionUrl(await app.urlOf(NAME, PREVIEW_ALIAS), app.clients.lambda)({ method: 'GET', path: '/v2/health/ready' });

  scene(
    'goes in service as the first one, once a hook and a person have said yes',
    async ({ app, endpoint }) => {
      const parameters = app.stack.resources.filter(({ type }) => type === 'AWS::SSM::Parameter');
      // Test suites of other repositories find the preview there.
      expect(parameters.map(({ physicalId }) => physicalId)).toContain(
        `/greenlight/${STACKS.several}/${NAME}/preview-url`,
      );
      const first = upload('v1-baseline.onnx', 'the first model');
      const { rollout } = await asked();
      expect((await typed('approve', NAME, '--reason', 'tried it')).code).toBe(0);
      expect((await first.ended).code).toBe(0);
      blue = await endpoint.atRest({ withinMs: 120_000 });
      const record = await endpoint.record(rollout!.id);
      expect(record?.state?.hooks).toMatchObject([
        { verdict: 'pass', reason: `version ${blue} by preview`, numbers: [{ name: 'failing tests', value: 0 }] },
      ]);
    },
    PATIENTLY,
  );

  scene(
    'is stopped by a hook that fails it, and no user has met it',
    async (story) => {
      const { code, out } = await upload('v2-better.onnx', 'broken on purpose').ended;
      expect([code, out]).toEqual([
        1,
        expect.stringMatching(/HookFailed: hook beforeTraffic \(greenlight-e2e-hook\): fail/),
      ]);
      const [newest] = (await typedJson<readonly EndedView[]>('history', NAME)).result;
      expect(newest).toMatchObject({ outcome: 'rejected', error: 'HookFailed' });
      expect(newest?.cause).toContain('failing tests 3 (limit 0)');
      expect(await story.endpoint.atRest({ withinMs: 120_000 })).toBe(blue);
      await waitUntil('the preview shows blue', async () => (await preview(story)).version === blue || undefined, {
        withinMs: 120_000,
      });
    },
    PATIENTLY,
  );

  scene(
    'answers testers while a person is asked, and users after the yes',
    async (story) => {
      const { endpoint } = story;
      const better = upload('v2-better.onnx', 'retrained');
      const { rollout } = await asked();
      const record = await endpoint.record(rollout!.id);
      const green = record?.state?.green.version;
      expect(record?.state?.hooks).toMatchObject([{ verdict: 'pass', reason: `version ${green} by preview` }]);
      expect([green, await preview(story)]).toEqual([
        expect.not.stringMatching(new RegExp(`^${blue}$`)),
        expect.objectContaining({ status: 200, version: green }),
      ]);
      // As a person and as a user ask.
      const answers = await Promise.all([typed('infer', NAME, '--preview', ...IMAGE), typed('infer', NAME, ...IMAGE)]);
      expect(answers.map(({ code, out }) => [code, out.split('\n')[0]])).toEqual([
        [0, expect.stringMatching(new RegExp(`^tried \\(preview\\): 200 in \\d+ ms, by version ${green}$`))],
        [0, expect.stringMatching(new RegExp(`^tried: 200 in \\d+ ms, by version ${blue}$`))],
      ]);
      expect(rollout?.previewUrl).toBe(await story.app.urlOf(NAME, PREVIEW_ALIAS));
      expect(await pressed(NAME, 'Approve', 'Grace')).toContain(
        'was approved by Grace (live page); green goes on to users',
      );
      expect((await better.ended).code).toBe(0);
      expect(await endpoint.record(rollout!.id)).toMatchObject({
        decidedBy: 'person: Grace (live page) (on the page)',
      });
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(green);
      expect(await preview(story)).toMatchObject({ status: 200, version: green });
    },
    PATIENTLY,
  );

  scene(
    'is aborted, and taken back, by the buttons of the live page',
    async ({ endpoint }) => {
      const again = upload('v1-baseline.onnx', 'once more');
      await asked();
      expect(await pressed(NAME, 'Reject', 'Grace')).toContain('the rollout ends, and blue stays');
      expect((await again.ended).code).toBe(1);
      const third = upload('v1-baseline.onnx', 'a third time');
      await waitUntil(
        'a rollout that runs',
        async () =>
          (await typedJson<readonly EndpointView[]>('status', NAME)).result.find(({ rollout }) => rollout !== null),
        { withinMs: 120_000, everyMs: 500 },
      );
      expect(await pressed(NAME, 'Abort', 'Grace')).toMatch(/ended as aborted|NotSafeYet/);
      expect((await third.ended).code).toBe(1);
      expect(await pressed(NAME, 'Roll back', 'Grace')).toMatch(/rollback \S+ has begun/);
      await waitUntil('the first model is back', async () => (await endpoint.alias()).version === blue || undefined, {
        withinMs: 240_000,
      });
    },
    PATIENTLY,
  );

  scene(
    'is not drilled where no one called it: that would show nothing',
    async ({ endpoint }) => {
      const live = await endpoint.atRest({ withinMs: 120_000 });
      const { code, out } = await typed('drill', NAME, '--reason', 'quarterly');
      expect([code, out]).toEqual([1, expect.stringMatching(/(PreflightFailed|InsufficientEvidence): /)]);
      expect(out).toContain('The drill ended before any user met it.');
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(live);
    },
    PATIENTLY,
  );
});
