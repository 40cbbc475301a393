import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { bytesOf } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

async function open(settings: Partial<EndpointSettingsInput> = {}): Promise<Scene> {
  const scene = await Scene.open({ settings: { uploadsMayChoose: 'as-careful', ...settings } });
  await scene.rollout({ name: 'v1' });
  return scene;
}

/** Named, recorded, told once, and blue untouched. */
async function refused(scene: Scene, words: RegExp): Promise<void> {
  await scene.world.runFor(10_000);
  const [record, ...more] = (await scene.records()).filter(({ outcome }) => outcome === 'rejected');
  expect(more).toEqual([]);
  expect(record).toMatchObject({ status: 'ended', error: 'InvalidUpload', decidedBy: 'check' });
  expect(record?.cause).toMatch(words);
  expect(scene.notices(record?.id)).toHaveLength(1);
  expect(scene.world.executions).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
}

describe('a strategy on the object', () => {
  it.each([
    ['AllAtOnce', /AllAtOnce \(100 % at once\) is not allowed: less careful than .*10 % for 15 min.*uploadsMayChoose/],
    ['Canary10Percent5Minutes', /10 % for 5 min\) is not allowed/],
    ['Linear10PercentEvery1Minute', /is not allowed/],
    ['{"steps":[{"weight":99,"bakeMinutes":1}]}', /99 % for 1 min is not allowed/],
    ['{"steps":[{"weight":99,"bakeMinutes":10000}]}', /99 % for 10000 min is not allowed/],
    ['{"steps":[{"weight":10,"bakeMinutes":0}]}', /strategy/],
    ['{"steps":[]}', /strategy/],
    ['=?UTF-8?B?QWxsQXRPbmNl?=', /AllAtOnce .*is not allowed/],
  ])('%s is refused where the endpoint is more careful', async (strategy, words) => {
    const scene = await open();
    await scene.upload({ name: 'v2' }, { strategy });
    await refused(scene, words);
  });

  it('is taken where it is as careful, and where the endpoint leaves it to the uploader', async () => {
    const scene = await open();
    const longer = await scene.upload({ name: 'v2' }, { strategy: '{"steps":[{"weight":5,"bakeMinutes":20}]}' });
    const started = await scene.started(({ input }) => input.includes(longer));
    expect(JSON.parse(started.input)).toMatchObject({ strategy: { steps: [{ weight: 5, bakeMinutes: 20 }] } });
    const free = await open({ uploadsMayChoose: 'anything' });
    expect((await free.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' })).record).toMatchObject({
      outcome: 'promoted',
    });
  });

  it('is refused where uploads may choose nothing, unless it is the endpoint’s own', async () => {
    const scene = await open({ uploadsMayChoose: 'nothing' });
    await scene.upload({ name: 'v2' }, { strategy: '{"steps":[{"weight":1,"bakeMinutes":60}]}' });
    await refused(scene, /uploadsMayChoose is "nothing"/);
    const own = await scene.upload({ name: 'v3' }, { strategy: 'Canary10Percent15Minutes' });
    await scene.started(({ input }) => input.includes(own));
  });

  it('is asked about again when it has waited, by the settings of then', async () => {
    const scene = await open({ uploadsMayChoose: 'anything' });
    scene.comeUsers();
    await scene.world.runFor(15 * MINUTE);
    const running = await scene.upload({ name: 'v2' });
    await scene.reaches(await scene.started(({ input }) => input.includes(running)), 'Bake');
    const waited = await scene.upload({ name: 'v3' }, { strategy: 'Canary10Percent5Minutes' });
    await scene.world.runFor(5_000);
    expect(await scene.waitingUpload()).toMatchObject({ versionId: waited });
    await scene.change({ uploadsMayChoose: 'as-careful', strategy: 'Canary10Percent15Minutes' });
    const { record } = await scene.end(await scene.started(({ input }) => input.includes(waited)));
    expect(record).toMatchObject({ outcome: 'rejected', error: 'InvalidUpload', decidedBy: 'check' });
    expect(record?.cause).toMatch(/v3\.onnx.*10 % for 5 min\) is not allowed: less careful than .*10 % for 15 min/);
    expect(record?.cause).toContain("not the endpoint's settings when it was uploaded");
    expect(scene.notices('v3.onnx was refused before any traffic: InvalidUpload')).toHaveLength(1);
    expect((await scene.versions()).at(-1)).toBe('3');
    expect(await scene.atRest()).toBe('v2');
  });

  it('is a person’s to choose', async () => {
    const scene = await open();
    scene.comeUsers();
    await scene.world.runFor(15 * MINUTE);
    const restore = scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    const { record } = await scene.end(await scene.start({ strategy: 'AllAtOnce' }));
    restore();
    expect(record).toMatchObject({ outcome: 'promoted' });
  });
});

it.each(['true', 'TRUE', ' True'])('dryrun=%s verifies, and changes nothing', async (dryrun) => {
  const scene = await open();
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun });
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  expect(await scene.versions()).toEqual(['1', '2']);
  expect(await scene.atRest()).toBe('v1');
});

it('dryRun as the AWS CLI would send it arrives in lower case, and counts', async () => {
  const scene = await open();
  const put = scene.app.put('models/digits/v2.onnx', bytesOf({ name: 'v2' }), { dryRun: 'true' });
  await scene.world.run(put);
  const { record } = await scene.end(await scene.started(({ input }) => input.includes('v2.onnx')));
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
});

it.each([
  [{ dryrun: 'yes' }, /metadata dryrun: must be true or false; got "yes"/],
  [{ 'dry-run': 'true' }, /metadata "dry-run" is no option, and close to one: write "dryrun"/],
  [{ Startegy: 'AllAtOnce' }, /metadata "startegy" .*write "strategy"/],
  [{ 'sha-256': 'ab' }, /metadata "sha-256" .*write "sha256"/],
  [{ sha256: '' }, /metadata sha256: is empty/],
])('refuses the metadata %j by name', async (metadata, words) => {
  const scene = await open();
  await scene.upload({ name: 'v2' }, metadata);
  await refused(scene, words);
});
