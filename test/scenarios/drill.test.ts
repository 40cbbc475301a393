import { promote } from '../../lambdas/operations/promote';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene, type SceneOptions } from './harness';

const ALLOWED = { drill: true } as const;

const portsOf = (scene: Scene) => portsOfPerson(scene.app, scene.logicalId('teardown-idle'));

async function drilled({
  settings = ALLOWED,
  rpm = 6_000,
  minutes = 30,
  ...more
}: SceneOptions & { rpm?: number; minutes?: number } = {}) {
  const scene = await Scene.open({ settings, ...more });
  scene.requestsPerMinute = rpm;
  await scene.serve({ name: 'v1' }, minutes);
  return drill(scene);
}

async function drill(scene: Scene) {
  const { execution, record } = await scene.end(await scene.start({ action: 'drill', reason: 'quarterly' }));
  if (record === undefined) throw new Error('the drill left no record');
  return { scene, execution, record };
}

describe('a drill', () => {
  it('fails a hundredth of the users on purpose, is stopped by the judge, and leaves blue alone', async () => {
    const { scene, execution, record } = await drilled();
    expect([execution.status, record]).toEqual([
      'FAILED',
      expect.objectContaining({ outcome: 'aborted', error: 'CanaryRegressed', decidedBy: 'judge' }),
    ]);
    expect(record.state?.weights.map(({ weight }) => weight)).toEqual([1]);
    expect(record.state?.judgement?.gate).toBe('errors');
    expect(await scene.atRest()).toBe('v1');
    expect(scene.notices('digits').at(-1)?.subject).toContain('in a drill');
  });

  it('takes the least weight at which its traffic shows it, and none where there is none', async () => {
    const { record } = await drilled({ rpm: 6 });
    const [weight = 0] = record.state?.weights.map((one) => one.weight) ?? [];
    expect([record.error, weight > 1 && weight < 50]).toEqual(['CanaryRegressed', true]);
    const quiet = await drilled({ rpm: 0 });
    expect([quiet.record.error, quiet.record.state?.weights]).toEqual(['InsufficientEvidence', []]);
    const young = await drilled({ minutes: 5 });
    expect([young.record.error, young.record.state?.weights]).toEqual(['PreflightFailed', []]);
    expect(young.record.cause).toContain('too little to show a drill');
  });

  it('is refused where the settings do not allow it, the judge would not see it, or no model is live', async () => {
    const refusals: readonly (readonly [SceneOptions['settings'], string])[] = [
      [{}, '"drill": true'],
      [{ drill: true, gates: { errors: { mode: 'observe' } } }, 'the gate errors'],
    ];
    for (const [settings, says] of refusals) {
      const { record } = await drilled({ settings });
      expect(record).toMatchObject({ outcome: 'rejected', error: 'InvalidInput' });
      expect(record.cause).toContain(says);
    }
    const scene = await Scene.open({ settings: ALLOWED });
    const { record } = await drill(scene);
    expect(record.cause).toContain('no model is live yet');
  });

  it('asks neither hook nor person, and ends with blue alone although a person promotes it', async () => {
    const settings = {
      ...ALLOWED,
      approval: { mode: 'before-traffic' },
      hooks: { beforeTraffic: { function: 'nowhere' } },
      onInsufficientEvidence: { extendMinutes: 60, then: 'promote' },
    } as const;
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 30);
    await scene.change(settings);
    const { record: stopped } = await drill(scene);
    expect([stopped.error, stopped.state?.hooks]).toEqual(['CanaryRegressed', undefined]);
    // Its server ought to fail and does not, as if the judge did not see it.
    scene.turn('v1', { answersInDrill: true });
    const execution = await scene.start({ action: 'drill' });
    await scene.reaches(execution, 'Bake', 3);
    await scene.world.run(promote(portsOf(scene), 'digits', { by: 'ada', reason: 'looks good' }));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'DrillMissed' });
    expect(record?.state?.judgement?.verdict).toBe('pass');
    expect(await scene.atRest()).toBe('v1');
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([1]);
  });

  it('leaves nothing behind: the next rollback and the next rollout are as without it', async () => {
    const scene = await Scene.open({ settings: { ...ALLOWED, strategy: 'AllAtOnce' } });
    await scene.serve({ name: 'v1' }, 30);
    await scene.rollout({ name: 'v2' });
    await scene.world.runFor(30 * MINUTE);
    const { record } = await drill(scene);
    const version = record.state!.green.version!;
    const named = await scene.end(await scene.start({ action: 'rollback', to: version }));
    expect([named.record?.error, named.record?.cause]).toEqual([
      'RollbackTargetUnavailable',
      expect.stringContaining('published for a drill'),
    ]);
    await scene.end(await scene.start({ action: 'rollback' }));
    expect(await scene.atRest()).toBe('v1');
    const next = await scene.rollout({ name: 'v3' }, { strategy: 'Canary10Percent5Minutes' });
    expect(next.record?.outcome).toBe('promoted');
  });
});
