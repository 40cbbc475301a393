import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import type { FakeModel } from '../../simulator/fake-model';
import { type Ended, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };

/** v2 is promoted without a watch, and seconds later a green that cannot be compared with it. */
async function rightAfter(
  green: Partial<FakeModel>,
  settings: Partial<EndpointSettingsInput> = {},
): Promise<readonly [Scene, Ended]> {
  const scene = await Scene.open({ settings: { watchMinutes: 0 } });
  await scene.serve({ name: 'v1' });
  // Within one minute, so that v2 is in service for no whole one.
  await scene.world.runFor(MINUTE - (scene.now % MINUTE) + 3_000);
  await scene.upload({ name: 'v2' }, AT_ONCE);
  const v2 = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.reaches(v2, 'DeployGreen');
  await scene.change({ watchMinutes: 3, ...settings });
  await scene.upload({ name: 'v3', ...green }, AT_ONCE);
  const v3 = await scene.started(({ input }) => input.includes('v3.onnx'));
  return [scene, await scene.end(v3)];
}

it.each<[string, Partial<FakeModel>]>([
  ['throws', { errorRate: 0.6 }],
  ['fails in the model', { modelErrorRate: 0.3 }],
  ['answers with numbers that are none', { nonFinite: 0.3 }],
])('takes back a green that %s although blue was in service for no whole minute', async (_, green) => {
  const [scene, { record }] = await rightAfter(green);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '3' });
  expect(record?.cause).toMatch(
    /^errors: [\d.]+ % \(.* green requests\) failed, far more than the 10 %.*nothing to compare with/,
  );
  expect(await scene.atRest()).toBe('v2');
});

it.each<[string, Partial<FakeModel>]>([
  ['works', {}],
  ['fails as seldom as any may', { modelErrorRate: 0.05 }],
])('says that a green which %s was promoted unwatched then', async (_, green) => {
  const [scene, { record }] = await rightAfter(green);
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.watch?.unwatched).toMatch(/version 3 had not been in service for a whole minute before/);
  expect(scene.notices(record!.id).at(-1)?.subject).toContain('promoted, unwatched');
  expect(await scene.atRest()).toBe('v3');
});

it.each([false, { mode: 'observe' }] as const)(
  'takes back no green for failures that decide nothing: errors %j, and says that it was promoted unwatched',
  async (errors) => {
    const [scene, { record }] = await rightAfter({ errorRate: 0.6 }, { gates: { errors } });
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.watch?.unwatched).toMatch(/version 3 had not been in service for a whole minute before/);
    expect(scene.notices(record!.id).at(-1)?.subject).toContain('promoted, unwatched');
    expect(await scene.atRest()).toBe('v3');
  },
);

it('takes back a green that fails although blue had no request before the promotion', async () => {
  const scene = await Scene.open({ settings: { watchMinutes: 5 } });
  await scene.rollout({ name: 'v1' });
  await scene.world.runFor(15 * MINUTE);
  await scene.upload({ name: 'v2', errorRate: 0.6 }, AT_ONCE);
  const v2 = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.reaches(v2, 'Watch');
  scene.comeUsers();
  const { record } = await scene.end(v2);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
  expect(record?.cause).toContain(
    'version 2 had no request in the minutes before, so there is nothing to compare with',
  );
  expect(await scene.atRest()).toBe('v1');
});
