import { DeployedDashboard } from '../../lab/deployed/dashboard';
import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { labelsOf, predictionOf } from './stage/labels';
import { storyOf } from './stage/story';
import { listenFor } from './stage/told';
import { whileUsersCall } from './stage/traffic';

describe('a good model', () => {
  const scene = storyOf(STACKS.several, 'good');
  let [first, better] = ['', ''];
  let heard: Awaited<ReturnType<typeof listenFor>>;

  scene('as the endpoint’s first is validated, verified and promoted without a canary', async ({ app, endpoint }) => {
    heard = await listenFor(app, 'good');
    await app.put('golden/digits.json', example('golden.json'));
    const execution = await endpoint.rollout(example('v1-baseline.onnx'));
    const { status } = await execution.end({ withinMs: 200_000 });
    expect(status).toBe('SUCCEEDED');
    expect(await endpoint.record(execution.name)).toMatchObject({ status: 'ended', outcome: 'promoted-first' });
    first = await endpoint.atRest({ withinMs: 120_000 });
    const answer = await endpoint.call({ method: 'GET', path: '/v2/health/ready' });
    expect(answer).toMatchObject({ status: 200, version: first });
  });

  scene(
    'gets half of the users’ requests, is judged from them, and is promoted',
    async ({ endpoint }) => {
      const users = await whileUsersCall(endpoint, async () => {
        const execution = await endpoint.rollout(example('v2-better.onnx'), { metadata: { reason: 'retrained' } });
        await execution.reaches('Bake', { withinMs: 180_000 });
        const { version, canary } = await endpoint.alias();
        expect({ version, weight: canary?.weight }).toEqual({ version: first, weight: 50 });
        const { status } = await execution.end({ withinMs: 600_000 });
        expect(status).toBe('SUCCEEDED');
        const record = await endpoint.record(execution.name);
        expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge', reason: 'retrained' });
        const { judgement, weights } = record?.state ?? {};
        expect(judgement?.verdict).toBe('pass');
        // Five a second, half of them, for a minute: 150 but for what the machine was too busy to send.
        expect(judgement?.greenRequests).toBeGreaterThan(75);
        expect(weights?.map(({ weight }) => weight)).toEqual([50, 100]);
      });
      better = await endpoint.atRest({ withinMs: 120_000 });
      expect(better).not.toBe(first);
      expect(users.failures).toEqual([]);
      // Both answered, and no other version.
      expect(Object.keys(users.byVersion).sort()).toEqual([first, better].sort());
    },
    { withinSeconds: 800 },
  );

  scene('is told later what was true, and counts it once', async ({ app, endpoint }) => {
    const { requestId, predicted, version } = await predictionOf(endpoint);
    const label = () =>
      endpoint.call({
        method: 'POST',
        path: `/v2/models/${endpoint.name}/feedback`,
        body: JSON.stringify({ feedback: [{ requestId, label: predicted }] }),
      });
    expect(JSON.parse((await label()).body)).toMatchObject({ taken: 1, alreadyTaken: 0, refused: 0 });
    expect(JSON.parse((await label()).body)).toMatchObject({ taken: 0, alreadyTaken: 1, refused: 0 });
    await waitUntil('the label in CloudWatch', () => labelsOf(app, endpoint.name, version), { withinMs: 120_000 });
    expect(await labelsOf(app, endpoint.name, version)).toEqual({ count: 1, accuracy: 1 });
  });

  scene('is rolled back within seconds, without a canary', async ({ app, endpoint }) => {
    const users = await whileUsersCall(endpoint, async () => {
      const execution = await app.start({ action: 'rollback', endpoint: 'good', reason: 'a customer complains' });
      expect((await execution.end({ withinMs: 120_000 })).status).toBe('SUCCEEDED');
      expect(await execution.states()).not.toContain('ShiftTraffic');
      expect(await endpoint.record(execution.name)).toMatchObject({
        outcome: 'promoted',
        reason: 'a customer complains',
      });
    });
    expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(first);
    expect(users.failures).toEqual([]);
    expect((await endpoint.livePeriods()).map(({ version }) => version)).toEqual([first, better, first]);
  });

  scene('was told of in each transition, once, to programs and to people', async ({ endpoint }) => {
    const rollouts = [...(await endpoint.records())].reverse();
    expect(rollouts).toHaveLength(3);
    const ended = (events: Awaited<ReturnType<typeof heard.events>>) =>
      events.filter(({ id }) => id.endsWith('/ended'));
    const events = await waitUntil(
      'three ends were told',
      async () => {
        const all = await heard.events();
        return ended(all).length === 3 ? all : undefined;
      },
      { withinMs: 60_000 },
    );
    const of = (index: number) => events.filter(({ id }) => id.startsWith(`good/${rollouts[index]?.id}/`));
    const transitions = [0, 1, 2].map((index) => of(index).map(({ transition }) => transition));
    const untilGreen = ['rollout-started', 'green-deployed', 'green-verified'];
    expect(transitions).toEqual([
      [...untilGreen, 'green-promoted', 'rollout-promoted-first'],
      [...untilGreen, 'traffic-shifted', 'green-promoted', 'rollout-promoted'],
      [...untilGreen, 'green-promoted', 'rollout-promoted'],
    ]);
    const subjects = (await heard.notices()).map(({ subject }) => subject).filter((one) => !one.includes('idle'));
    expect(subjects).toEqual([
      expect.stringContaining('was promoted, the first model'),
      expect.stringContaining('was promoted'),
      expect.stringContaining('is back in service'),
    ]);
  });

  scene('is seen on the dashboard, whose buttons do not act on what is over', async ({ app, endpoint }) => {
    const dashboard = new DeployedDashboard(app);
    // Of the endpoint that its reader names in the dashboard's field.
    const views = (await dashboard.drawn()).filter(({ params }) => params['endpoint'] !== undefined);
    expect(views.map(({ params }) => params['view'])).toEqual(['rollout', 'comparison']);
    for (const { endpoint: functionArn } of views) expect(functionArn).toContain(app.handler('dashboard-view'));
    const [newest] = await endpoint.records();
    const text = await dashboard.call('dashboard-view', { view: 'rollout', endpoint: 'good' });
    for (const part of ['at rest', 'Rolled back', 'Roll back', `version ${first}, v1-baseline.onnx`])
      expect(text).toContain(part);
    expect(await dashboard.call('dashboard-view', { view: 'endpoints' })).toContain('good');
    expect(await dashboard.call('dashboard-view', { view: 'comparison', endpoint: 'good' })).toContain('good');
    const abort = { endpoint: 'good', operation: { do: 'abort', rolloutId: newest?.id } };
    const forms = { all: { by: 'Ada', reason: 'too late' } };
    const said = await dashboard.call('dashboard-act', { ...abort, widgetContext: { forms } });
    expect(said).toContain('NothingRuns');
    expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(first);
  });
});
