import type { HandlerName } from '../../lib/handlers';
import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { Execution } from '../../simulator/states/execution';
import { floorMinute } from '../../lambdas/domain/minutes';
import { type Ended, MINUTE, Scene } from './harness';

const ALL_AT_ONCE = { strategy: 'AllAtOnce' };
const JUDGES = ['judge-canary', 'judge-live'] as const satisfies readonly HandlerName[];

async function served(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve();
  return scene;
}

/** CloudWatch refuses every read of the judges until the answer is called. */
function silence(scene: Scene): () => void {
  const ids = JUDGES.map((handler) => scene.logicalId(handler));
  return scene.world.hooks.onBefore(({ service, caller }) => {
    if (service === 'cloudwatch' && caller.kind === 'function' && ids.includes(caller.logicalId))
      throw Object.assign(new Error('Service unavailable'), { name: 'InternalServiceFault' });
  });
}

/** CloudWatch answers the judges, and leaves out what `hides` names by the id of its query. */
function hide(scene: Scene, hides: (id: string) => boolean, how: 'empty' | 'PartialData'): void {
  const ids = JUDGES.map((handler) => scene.logicalId(handler));
  scene.world.hooks.onAfter(({ command, caller }, answer) => {
    if (command !== 'GetMetricData' || caller.kind !== 'function' || !ids.includes(caller.logicalId)) return;
    for (const result of (answer as { MetricDataResults: MetricDataResult[] }).MetricDataResults) {
      if (!hides(result.Id ?? '')) continue;
      if (how === 'PartialData') result.StatusCode = how;
      else Object.assign(result, { Timestamps: [], Values: [] });
    }
  });
}

/** What the server of a version counted in one minute never comes: what began an environment is counted in the next. */
function loseMinute(scene: Scene, side: 'b' | 'g', minute: number): void {
  const counted = new RegExp(`^${side}(Inferences|ModelErrors|NonFinite)`);
  scene.world.hooks.onAfter(({ command }, answer) => {
    if (command !== 'GetMetricData') return;
    for (const result of (answer as { MetricDataResults: MetricDataResult[] }).MetricDataResults) {
      if (!counted.test(result.Id ?? '')) continue;
      const kept = (result.Timestamps ?? []).flatMap((at, index) => (at.getTime() === minute ? [] : [index]));
      const [times, values] = [result.Timestamps ?? [], result.Values ?? []];
      Object.assign(result, { Timestamps: kept.map((at) => times[at]), Values: kept.map((at) => values[at]) });
    }
  });
}

/** A green of which users only see after promotion how it is. */
async function promoted(scene: Scene, errorRate = 0): Promise<Execution> {
  const versionId = await scene.upload({ name: 'v2', errorRate }, ALL_AT_ONCE);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Watch');
  return execution;
}

const minutesOf = ({ record }: Ended): number =>
  (Date.parse(record!.endedAt!) - Date.parse(record!.startedAt)) / MINUTE;

describe('a green that fails 60 % of its requests', () => {
  it.each([1, 5, 12])('is taken back when CloudWatch is away for %i min of its watch', async (away) => {
    const scene = await served();
    const execution = await promoted(scene, 0.6);
    const repair = silence(scene);
    await scene.world.runFor((away + 3) * MINUTE);
    expect(execution.status).toBe('RUNNING');
    repair();
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('is taken back when CloudWatch is away for 40 min, a quarter of an hour after the watch', async () => {
    const scene = await served();
    const execution = await promoted(scene, 0.6);
    silence(scene);
    const ended = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'MetricsUnavailable' });
    expect(ended.record).toMatchObject({ outcome: 'reverted', error: 'MetricsUnavailable' });
    expect(execution.cause).toContain('until 15 min after the watch');
    expect(minutesOf(ended)).toBeLessThan(22);
    expect(scene.notices('without numbers from CloudWatch')).toHaveLength(1);
    expect(await scene.atRest()).toBe('v1');
  });

  it.each([
    ['every series of both', () => true, 'PartialData'],
    ['every series of green', (id: string) => id.startsWith('g'), 'empty'],
    ['the durations of green', (id: string) => id === 'gDurations', 'empty'],
    ['what its server counts', (id: string) => id.startsWith('gModel') || id.startsWith('gNonF'), 'empty'],
    ['what it answers', (id: string) => /^g(Predictions|Class)/.test(id), 'empty'],
    ['the failures that its server counts', (id: string) => id === 'gModelErrors', 'PartialData'],
  ] as const)('is not left in service because %s is missing', async (_, hides, how) => {
    const scene = await served();
    const versionId = await scene.upload({ name: 'v2', modelErrorRate: 0.6 }, ALL_AT_ONCE);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    hide(scene, hides, how);
    const { record } = await scene.end(execution);
    expect(record?.outcome).toBe('reverted');
    expect(await scene.atRest()).toBe('v1');
  });
});

it.each([
  ['errors', 'gErrors', { errorRate: 0.6 }],
  ['throttles', 'gThrottles', {}],
] as const)('a watch without the %s of green is not one without any: blue has its zeros', async (what, id, green) => {
  const scene = await served();
  const versionId = await scene.upload({ name: 'v2', ...green }, ALL_AT_ONCE);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  hide(scene, (one) => one === id, 'empty');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'MetricsUnavailable' });
  expect(record?.cause).toContain(`${what} missing for version 3`);
  expect(await scene.atRest()).toBe('v1');
});

it.each(['gErrors', 'gDurations'])('a canary whose %s never come ends, and is not promoted', async (hidden) => {
  const scene = await served();
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  hide(scene, (one) => one === hidden, 'empty');
  scene.requestsPerMinute = 600;
  const { record } = await scene.end(execution, 180 * MINUTE);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'MetricsUnavailable' });
  expect(record?.cause).toMatch(/minutes never had complete numbers: (errors|durations) missing for version 3/);
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10]);
  expect(await scene.atRest()).toBe('v1');
});

it('does not take what is counted too late for no request at all', async () => {
  const scene = await served();
  const execution = await promoted(scene, 0.6);
  scene.world.services.cloudwatch.delaySeconds = [20 * 60, 20 * 60];
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'MetricsUnavailable' });
  expect(record?.cause).toContain('Not even our own call of the live alias');
  expect(await scene.atRest()).toBe('v1');
});

it('keeps a good green whose numbers come nine minutes late', async () => {
  const scene = await served();
  scene.world.services.cloudwatch.delaySeconds = [9 * 60, 9 * 60];
  const { record } = await scene.end(await promoted(scene));
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.watch?.unwatched).toBeUndefined();
  expect(await scene.atRest()).toBe('v2');
});

describe.each(['b', 'g'] as const)('a watch of one minute, whose numbers of one version (%s) never come,', (side) => {
  const lost = async (errorRate: number) => {
    const scene = await served();
    const execution = await promoted(scene, errorRate);
    loseMinute(scene, side, floorMinute(scene.now) + (side === 'b' ? -MINUTE : MINUTE));
    return { scene, ...(await scene.end(execution)) };
  };

  it('takes another minute, and keeps a good green', async () => {
    const { scene, record } = await lost(0);
    expect(record).toMatchObject({ outcome: 'promoted', state: { watch: { minutes: 1, added: 1 } } });
    expect(record?.state?.watch?.unwatched).toBeUndefined();
    expect(await scene.atRest()).toBe('v2');
  });

  it('takes a green back that fails in that other minute', async () => {
    const { scene, record } = await lost(0.6);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });
});

describe('without a single request', () => {
  it('a green is said to be unwatched: in record, notice, report and output', async () => {
    const scene = await served({ watchMinutes: 5 });
    scene.requestsPerMinute = 0;
    const ended = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    const { execution, record } = ended;
    expect(execution.status).toBe('SUCCEEDED');
    expect(record).toMatchObject({ outcome: 'promoted', state: { watch: { unwatched: 'no request in 5 min' } } });
    expect(record?.state?.timeline.map(({ note }) => note)).toContain('unwatched: no request in 5 min');
    expect(JSON.parse(execution.output!)).toMatchObject({ watch: { unwatched: 'no request in 5 min' } });
    const [notice] = scene.notices(execution.name);
    expect(`${notice?.subject}\n${notice?.message}`).toMatch(/was promoted, unwatched[^]*Watch: no request in 5 min/);
    const [, key = ''] = /^s3:\/\/[^/]+\/(.*)$/.exec(record?.report ?? '') ?? [];
    expect(await scene.world.run(scene.app.readText(key))).toContain('unwatched: no request in 5 min');
    // One call of our own tells whether CloudWatch is there: three more minutes, no quarter of an hour.
    expect(minutesOf(ended)).toBeLessThan(15);
    expect(await scene.atRest()).toBe('v2');
  });

  it('the requests that come after all are judged', async () => {
    const scene = await served();
    scene.requestsPerMinute = 0;
    const execution = await promoted(scene, 0.6);
    scene.requestsPerMinute = 6_000;
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  });
});
