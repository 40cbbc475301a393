import { FALLBACKS, type FakeModel } from '../../simulator/fake-model';
import { Scene } from './harness';

const GOOD: FakeModel = { name: 'v2', labelled: 0.1, wrong: 0.04 };
const FALLBACK_GATE = { name: 'fallbacks', events: { ...FALLBACKS, stat: 'Sum' } } as const;

it.each<[gate: string, turned: Partial<FakeModel>]>([
  ['errors', { modelErrorRate: 0.1 }],
  ['latency', { latencyMs: 60 }],
  ['predictions', { classes: [0.1, 0.3, 0.6] }],
  ['custom:fallbacks', { fallbacks: 0.1 }],
  ['accuracy', { wrong: 0.2 }],
])('the watch puts blue back when green turns bad on %s after its promotion', async (gate, turned) => {
  const scene = await Scene.open({ settings: { watchMinutes: 10, gates: { custom: [FALLBACK_GATE] } } });
  await scene.serve({ ...GOOD, name: 'v1' }, 20);
  await scene.upload(GOOD);
  const execution = await scene.started(({ status }) => status === 'RUNNING');
  await scene.reaches(execution, 'Watch');
  scene.turn('v2', turned);
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  expect(record?.cause).toMatch(new RegExp(`^${gate}: `));
  expect(await scene.atRest()).toBe('v1');
});

it.each(['AllAtOnce', 'Canary10Percent5Minutes'])(
  'says that it is unwatched where watchMinutes is 0: %s',
  async (strategy) => {
    const scene = await Scene.open({ settings: { watchMinutes: 0 } });
    expect((await scene.serve()).record?.state?.watch?.unwatched).toBeUndefined();
    const { execution, record } = await scene.rollout({ name: 'v2' }, { strategy });
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
    const notice = scene.notices(execution.name).at(-1);
    expect(notice?.subject).toContain('was promoted, unwatched');
    expect(notice?.message).toContain('watchMinutes is 0: what settles after the promotion');
    const back = await scene.end(await scene.start({ action: 'rollback' }));
    expect(back.record?.state?.watch?.unwatched).toBeUndefined();
  },
);
