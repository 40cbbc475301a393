import { GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { PREVIEW_ALIAS } from '../../lambdas/contract/names';
import { approve, reject } from '../../lambdas/operations/answer';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { FakeModel } from '../../simulator/fake-model';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene, type SceneOptions } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const ADA = { by: 'Ada', reason: 'tried it' };
const portsOn = (scene: Scene) => portsOfPerson(scene.app, scene.logicalId('teardown-idle'));

/** The name of the model that testers meet. */
async function previewed(scene: Scene): Promise<string> {
  const request = { method: 'GET', path: '/v2/health/ready' };
  const answer = await scene.world.run(
    scene.world.services.lambda.invokeUrl(scene.functionName, PREVIEW_ALIAS, request),
  );
  return answer.headers['x-greenlight-model'] ?? `${answer.statusCode}`;
}

const previewVersion = async (scene: Scene): Promise<string | undefined> => {
  const get = new GetAliasCommand({ FunctionName: scene.functionName, Name: PREVIEW_ALIAS });
  return (await scene.world.run(scene.world.user.lambda.send(get))).FunctionVersion;
};

/** A rollout of v2 that has begun. */
async function begun(
  model: Partial<FakeModel> = {},
  settings: SceneOptions['settings'] = {},
  metadata: Readonly<Record<string, string>> = SHORT,
): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change(settings);
  const versionId = await scene.upload({ name: 'v2', ...model }, metadata);
  return [scene, await scene.started(({ input }) => input.includes(versionId))];
}

const asking = (timeoutMinutes = 60, defaultAnswer: 'approve' | 'reject' = 'reject') => ({
  approval: { mode: 'before-traffic' as const, timeoutMinutes, defaultAnswer },
});

it('answers with what is live as long as no rollout runs', async () => {
  const scene = await Scene.open();
  expect(await previewVersion(scene)).toBe('1');
  await scene.serve();
  expect(await previewed(scene)).toBe('v1');
});

it('answers with green from its verification on, while all users still meet blue', async () => {
  const [scene, execution] = await begun();
  await scene.reaches(execution, 'ShiftTraffic');
  expect(await previewed(scene)).toBe('v2');
  expect(await scene.alias()).toMatchObject({ version: '2' });
  const view = await scene.world.run(status(portsOn(scene)));
  expect(view.rollout?.previewUrl).toMatch(/^https:\/\/\w+\.lambda-url\./);
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
  expect(await previewed(scene)).toBe('v2');
});

it('answers with blue again when green is stopped in its canary', async () => {
  const [scene, execution] = await begun({ modelErrorRate: 0.3 });
  await scene.reaches(execution, 'Bake');
  expect(await previewed(scene)).toBe('v2');
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'aborted' });
  expect(await previewed(scene)).toBe('v1');
});

it('answers with blue again when a promoted green is taken back', async () => {
  const [scene, execution] = await begun({}, { watchMinutes: 10 });
  await scene.reaches(execution, 'Watch');
  scene.turn('v2', { modelErrorRate: 0.3 });
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'reverted' });
  expect(await previewed(scene)).toBe('v1');
});

it('answers with blue again when the execution is stopped, and its event arrives', async () => {
  const [scene, execution] = await begun();
  await scene.reaches(execution, 'Bake');
  await scene.stop(execution, 'by mistake');
  await scene.end(execution);
  expect(await previewed(scene)).toBe('v1');
});

it('is put right by the reconciler when the execution is stopped and no event tells', async () => {
  const [scene, execution] = await begun({}, asking());
  await scene.reaches(execution, 'AwaitApproval');
  scene.lose('aws.states');
  await scene.stop(execution, 'by mistake');
  await scene.world.runFor(5_000);
  expect(await previewed(scene)).toBe('v2');
  await scene.world.runFor(20 * MINUTE);
  expect(await previewed(scene)).toBe('v1');
  expect(await scene.atRest()).toBe('v1');
});

it('is put right by the reconciler when another writer moves it while nothing runs', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const { FunctionVersion: live } = await scene.world.run(
    scene.world.user.lambda.send(new GetAliasCommand({ FunctionName: scene.functionName, Name: PREVIEW_ALIAS })),
  );
  const away = { FunctionName: scene.functionName, Name: PREVIEW_ALIAS, FunctionVersion: '2' };
  await scene.world.run(scene.world.user.lambda.send(new UpdateAliasCommand(away)));
  expect([live, await previewed(scene)]).toEqual(['3', 'v1']);
  await scene.world.runFor(6 * MINUTE);
  expect(await previewed(scene)).toBe('v2');
});

it('lets go of a green that was tested in a dry run, so that it is deleted', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  expect(await previewed(scene)).toBe('v1');
  expect(await scene.versions()).not.toContain(record?.state?.green.version);
});

it('lets go of what is idle: the teardown deletes the green of a rollout that failed', async () => {
  const [scene, execution] = await begun({ modelErrorRate: 0.3 });
  const { record } = await scene.end(execution);
  await scene.world.runFor(3 * 60 * MINUTE);
  expect(await scene.versions()).not.toContain(record?.state?.green.version);
});

it('keeps no user waiting: a preview that cannot be moved is noted, and the rollout goes on', async () => {
  const scene = await Scene.open();
  await scene.serve();
  let refused = 0;
  scene.world.hooks.onBefore(async ({ command, input }) => {
    if (command !== 'UpdateAlias' || input['Name'] !== PREVIEW_ALIAS) return;
    refused += 1;
    throw Object.assign(new Error('not today'), { name: 'ServiceException' });
  });
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(refused).toBeGreaterThan(0);
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.timeline.map(({ note }) => note).join('\n')).toMatch(/the preview could not be pointed/);
});

it('gives its calls no place in any gate: testers for whom all fails stop nothing, and prove nothing', async () => {
  const greenRequests = async (testers: number): Promise<number> => {
    const [scene, execution] = await begun();
    await scene.reaches(execution, 'Bake');
    const { world, functionName } = scene;
    const fails = () => ({ errors: 600, durations: [[9_000, 600] as const], metrics: [] });
    for (let minute = 0; minute < 7; minute += 1) {
      if (testers > 0)
        world.services.lambda.simulateTraffic({ functionName, qualifier: PREVIEW_ALIAS, requests: 600 }, fails);
      await world.runFor(MINUTE);
    }
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    return record?.state?.judgement?.greenRequests ?? 0;
  };
  const alone = await greenRequests(0);
  const beside = await greenRequests(600);
  // A tenth of what users send, give or take the draw; of the testers' 4,200 none.
  expect(Math.abs(beside - alone)).toBeLessThan(300);
  expect(alone).toBeGreaterThan(1_000);
});

it('is no caller of the live alias, nor one who bypasses it: testers alone are no traffic to judge by', async () => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  const { world, functionName } = scene;
  const works = () => ({ errors: 0, durations: [[20, 60] as const], metrics: [] });
  for (let minute = 0; minute < 70; minute += 1) {
    world.services.lambda.simulateTraffic({ functionName, qualifier: PREVIEW_ALIAS, requests: 60 }, works);
    await world.runFor(MINUTE);
  }
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(record?.error).toBe('InsufficientEvidence');
  expect(record?.cause).toContain('had 0 requests');
});

describe('approval before traffic', () => {
  it('lets people try green first: no user meets it until a person says yes, and then it gets its canary', async () => {
    const [scene, execution] = await begun({}, asking());
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(1_000);
    expect(await scene.alias()).toEqual({ version: '2', weights: {} });
    expect(await previewed(scene)).toBe('v2');
    const view = await scene.world.run(status(portsOn(scene)));
    expect(view.rollout?.approval).toMatchObject({ why: 'before-traffic', defaultAnswer: 'reject' });
    const [notice] = scene.notices('may meet users');
    expect(notice?.message).toContain(`${view.rollout?.previewUrl} answers with green`);

    await scene.world.run(approve(portsOn(scene), 'digits', ADA));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
    expect(record?.state?.timeline.map(({ note }) => note).join('\n')).toContain('approved by person: Ada (tried it)');
    // Asked once, and not again before promotion.
    expect(scene.notices('approve version')).toHaveLength(1);
    expect(await scene.atRest()).toBe('v2');
  });

  it('is refused by a person before any user was touched', async () => {
    const [scene, execution] = await begun({}, asking());
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(1_000);
    await scene.world.run(reject(portsOn(scene), 'digits', { by: 'Bob', reason: 'wrong units' }));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({
      outcome: 'aborted',
      error: 'ApprovalRejected',
      decidedBy: 'person: Bob (wrong units)',
    });
    expect(record?.state?.weights).toEqual([]);
    expect(await previewed(scene)).toBe('v1');
  });

  it.each([
    ['reject', 'aborted', 'v1'],
    ['approve', 'promoted', 'v2'],
  ] as const)('counts silence as its default answer: %s', async (defaultAnswer, outcome, live) => {
    const [scene, execution] = await begun({}, asking(30, defaultAnswer));
    expect((await scene.end(execution)).record).toMatchObject({ outcome });
    expect(await scene.atRest()).toBe(live);
    expect(await previewed(scene)).toBe(live);
  });

  it.each(['the first model of an endpoint', 'AllAtOnce'])('comes before %s, which a yes promotes', async (which) => {
    const scene = await Scene.open();
    if (which === 'AllAtOnce') await scene.serve();
    await scene.change(asking());
    const versionId = await scene.upload({ name: 'v2' }, { strategy: which === 'AllAtOnce' ? which : SHORT.strategy });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(1_000);
    expect(await previewed(scene)).toBe('v2');
    await scene.world.run(approve(portsOn(scene), 'digits', ADA));
    expect((await scene.end(execution)).record).toMatchObject({
      outcome: which === 'AllAtOnce' ? 'promoted' : 'promoted-first',
      decidedBy: 'person: Ada (tried it)',
    });
  });

  it('does not ask where testers would meet another model: a preview that cannot be moved ends the rollout', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change(asking());
    scene.world.hooks.onBefore(async ({ command, input }) => {
      if (command === 'UpdateAlias' && input['Name'] === PREVIEW_ALIAS)
        throw Object.assign(new Error('not today'), { name: 'ServiceException' });
    });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'ServiceException' });
    expect(scene.notices('may meet users')).toEqual([]);
    expect(await scene.atRest()).toBe('v1');
  });

  it('asks no one about a rollback', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    await scene.change(asking());
    const { record } = await scene.end(await scene.start({ endpoint: 'digits', action: 'rollback' }));
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await previewed(scene)).toBe('v1');
  });
});
