import { explain } from '../../lambdas/operations/explain';
import { isoTime } from '../../lambdas/domain/minutes';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene } from './harness';

/** The default strategy, which the harness otherwise replaces by one of a fixed length. */
async function served(settings: Parameters<Scene['change']>[0] = {}, requestsPerMinute = 6_000): Promise<Scene> {
  const scene = await Scene.open({ settings: { strategy: 'Auto', ...settings } });
  scene.requestsPerMinute = requestsPerMinute;
  await scene.serve();
  return scene;
}

type Ended = Awaited<ReturnType<Scene['rollout']>>;
const weightsOf = ({ record }: Ended) => record?.state?.weights.map(({ weight }) => weight);
const notesOf = ({ record }: Ended) => record?.state?.timeline.map(({ note }) => note).join('\n') ?? '';
/** Minutes since green's first traffic. */
const minutesOf = ({ record }: Ended, at: string | undefined) =>
  (Date.parse(at ?? '') - Date.parse(record?.state?.weights[0]?.at ?? '')) / MINUTE;

describe('Auto', () => {
  it('is the strategy of an endpoint that names none', async () => {
    const scene = await Scene.open({ settings: { strategy: undefined } });
    await scene.serve();
    const { record } = await scene.rollout({ name: 'v2' });
    expect(record?.state?.plan.strategy).toBe('Auto');
  });

  it('promotes a good green of a busy endpoint after five minutes of evidence, and watches until the fifteenth', async () => {
    const scene = await served();
    const ended = await scene.rollout({ name: 'v2' });
    expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(weightsOf(ended)).toEqual([10, 50, 100]);
    const { state } = ended.record!;
    expect(notesOf(ended)).toContain('a total failure is excluded: green failed 0 % (0 of');
    expect(minutesOf(ended, state!.weights[2]?.at)).toBeLessThan(12);
    const watchEnds = Date.parse(state!.watch!.from) + state!.watch!.minutes! * MINUTE;
    expect(minutesOf(ended, isoTime(watchEnds))).toBeGreaterThanOrEqual(15);
    expect(minutesOf(ended, isoTime(watchEnds))).toBeLessThan(16);
    expect(minutesOf(ended, ended.record!.endedAt)).toBeGreaterThan(16);
    expect(ended.execution.transitions).toBeLessThanOrEqual(60);
    expect(notesOf(ended)).toMatch(/no harm on errors, latency, predictions, throttles: .* after 5 minutes/);
  });

  it('gives each weight a minute of its own, however much is proven of the one before', async () => {
    const bakes = { bakeMinutes: 5, until: 'works' as const };
    const steps = [
      { ...bakes, weight: 10 },
      { ...bakes, weight: 20 },
      { weight: 30, bakeMinutes: 10 },
      { ...bakes, weight: 50, until: 'proof' as const },
    ];
    const ended = await (await served({ strategy: { steps } })).rollout({ name: 'v2' });
    expect(weightsOf(ended)).toEqual([10, 20, 30, 50, 100]);
    const at = ended.record!.state!.weights.map(({ at: given }) => Math.round(minutesOf(ended, given)));
    // A minute of its own and two until it has settled, after that of the shift.
    expect(at).toEqual([0, 4, 8, 25, 29]);
  });

  it('gives a green that fails every request 10 % and no more', async () => {
    const scene = await served();
    const ended = await scene.rollout({ name: 'v2', errorRate: 1 });
    expect(ended.record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(weightsOf(ended)).toEqual([10]);
  });

  it('gives no larger weight to a green that fails a fifth, where that cannot stop it yet', async () => {
    const scene = await served({ gates: { errors: { mode: 'observe' } } });
    const ended = await scene.rollout({ name: 'v2', modelErrorRate: 0.2 });
    expect(ended.execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(weightsOf(ended)).toEqual([10]);
    expect(ended.execution.cause).toContain('a total failure could not be excluded');
  });

  it('stops a slow green', async () => {
    const scene = await served();
    const { record } = await scene.rollout({ name: 'v2', latencyMs: 40 });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(record?.state?.judgement?.gate).toBe('latency');
  });

  it('takes longer where traffic is lower, and tells how long it took and could have taken', async () => {
    const scene = await served({}, 600);
    const ended = await scene.rollout({ name: 'v2' });
    expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const minutes = minutesOf(ended, ended.record!.state!.weights[2]?.at);
    expect(minutes).toBeGreaterThan(8);
    expect(minutes).toBeLessThan(60);
  });

  it('finds in the watch what begins after the promotion', async () => {
    const scene = await served();
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'Watch');
    await scene.world.runFor(3 * MINUTE);
    scene.turn('v2', { modelErrorRate: 0.1 });
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('has no watch where the endpoint wants none', async () => {
    const scene = await served({ watchMinutes: 0 });
    const ended = await scene.rollout({ name: 'v2' });
    expect(ended.record).toMatchObject({ outcome: 'promoted' });
    expect(minutesOf(ended, ended.record!.endedAt)).toBeLessThan(12);
  });

  it('asks the person whose approval the endpoint wants as soon as it has its proof', async () => {
    const scene = await served({ approval: { mode: 'before-promote', timeoutMinutes: 30, defaultAnswer: 'approve' } });
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    const asked = await scene.record(execution.name);
    expect(asked?.state?.judgement).toMatchObject({ verdict: 'pass' });
    const ended = await scene.end(execution);
    expect(ended.record).toMatchObject({ outcome: 'promoted' });
    expect(ended.record?.state?.watch?.minutes).toBe(1);
  });

  it('bakes longer for want of proof, and ends with the proof and not with the extension', async () => {
    const steps = [{ weight: 50, bakeMinutes: 2, until: 'proof' as const }];
    const scene = await served({ strategy: { steps }, onInsufficientEvidence: { extendMinutes: 50 } }, 1_200);
    const ended = await scene.rollout({ name: 'v2' });
    expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(ended.record?.state?.canary?.extendedMinutes).toBe(50);
    expect(ended.record?.state?.judgement?.settledMinutes).toBeLessThan(40);
  });

  it('ends without proof after an hour at most, and with blue', async () => {
    const gates = { errors: { harm: { ratio: 1.1, points: 0.00055 } } };
    const scene = await served({ gates, onInsufficientEvidence: { extendMinutes: 0 } }, 60);
    // It is known beforehand, and tried all the same.
    const ended = await scene.end(await scene.start({ model: 'live', force: true }));
    expect(ended.execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(weightsOf(ended)).toEqual([10, 50]);
    const minutes = ended.record!.state!.judgement!.settledMinutes;
    expect(minutes).toBeGreaterThanOrEqual(58);
    expect(minutes).toBeLessThanOrEqual(62);
    expect(ended.execution.cause).toMatch(/after 6\d minutes, 5 at least and 60 at most/);
  });

  it('puts blue back when it is stopped in the middle', async () => {
    const scene = await served();
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'ShiftTraffic', 2);
    await scene.world.runFor(30_000);
    expect((await scene.alias()).weights).toEqual({ 3: 0.5 });
    await scene.stop(execution);
    await scene.world.runFor(2 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });

  it('says before any user meets green that this traffic can prove nothing, and which setting would help', async () => {
    const scene = await served({}, 6);
    // Of a blue that is younger than a quarter of an hour too little is known to refuse.
    await scene.world.runFor(15 * MINUTE);
    const { execution, record } = await scene.rollout({ name: 'v2' });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(record).toMatchObject({ outcome: 'aborted', state: { weights: [] } });
    expect(execution.cause).toMatch(
      /^at blue's 6 requests a minute .* of the greens that are as good as blue would have/,
    );
    expect(execution.cause).toContain('onInsufficientEvidence { "then": "hold" }');
    expect(scene.notices(execution.name).at(-1)?.message).toContain("at blue's 6 requests a minute");
    expect(await scene.atRest()).toBe('v1');
  });

  it('lets a person decide at little traffic where the endpoint holds, having excluded a total failure', async () => {
    const scene = await served({ onInsufficientEvidence: { extendMinutes: 0, then: 'hold' } }, 30);
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    const state = (await scene.record(execution.name))?.state;
    expect(state?.weights.map(({ weight }) => weight)).toEqual([10, 50]);
    expect(state?.outlook?.words).toContain("at blue's 30 requests a minute");
    expect(state?.outlook?.advice.length).toBeGreaterThan(1);
  });

  it('explains at its beginning what this traffic is expected to prove', async () => {
    const scene = await served({}, 1_200);
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'Bake');
    const { because } = await scene.world.run(
      explain(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), 'digits'),
    );
    expect(because.join('\n')).toMatch(
      /Before green had traffic: at blue's 1,200 requests a minute half of the greens .* by minute \d+/,
    );
  });
});
