import { lambdaContext, make } from '../../lambdas/adapters/sdk/context';
import { ENV } from '../../lambdas/contract/names';
import { liveAliasNeeds } from '../../lambdas/steps/live-alias';
import { startWaitingDeploy } from '../../lambdas/steps/uploads/start-deploy';
import { codeHash } from '../../simulator/deploy/resources/functions';
import { bytesOf } from '../../simulator/fake-model';
import { MINUTE, type Scene } from './harness';
import {
  NAMES,
  begun,
  newCode,
  ofDeploys,
  person,
  resumed,
  served,
  stopped,
  templateWith,
  waiting,
} from './waves-scene';

const NAME = 'm3';

/** An upload publishes the code of a deploy before the deploy's request has stored its settings. */
async function ahead(scene: Scene) {
  const { world } = scene;
  const { functionName } = (await world.run(person(scene).settings.findSettings(NAME)))!;
  world.services.lambda.setCode(functionName, codeHash({ S3Bucket: 'assets', S3Key: 'second' }));
  await world.run(scene.app.upload(NAME, 'v2.onnx', bytesOf({ name: 'v2' }), { strategy: 'AllAtOnce' }));
  const upload = await scene.started(({ input, name }) => name.startsWith(`${NAME}-`) && input.includes('v2.onnx'));
  await scene.reaches(upload, 'VerifyGreen');
  const { bad } = await stopped(scene, templateWith('second'));
  expect(bad).not.toBe(NAME);
  expect((await scene.end(upload)).execution.status).toBe('SUCCEEDED');
  expect(await waiting(scene, NAME)).toMatchObject({ isNewCode: true });
}

describe('code that an upload published before its deploy had stored its settings', () => {
  it('is not rolled out in a wave: the settings follow at once, beside a deploy that is stopped', async () => {
    const scene = await served();
    await ahead(scene);
    await scene.world.runFor(20 * MINUTE);
    expect(await waiting(scene, NAME)).toBeUndefined();
    expect(await newCode(scene, NAME)).toBeNull();
    const own = ofDeploys(scene).find(({ name }) => name.startsWith(`${NAME}-`))!;
    expect((await scene.record(own.name, NAME))?.outcome).toBe('already-live');
    expect((await resumed(scene)).begin).not.toContain(NAME);
  });

  it('stays back where a person took it back, until the next deploy', async () => {
    const scene = await served();
    await ahead(scene);
    const rollback = await scene.start({ endpoint: NAME, action: 'rollback', reason: 'the code is bad' });
    expect((await scene.end(rollback)).execution.status).toBe('SUCCEEDED');
    await scene.world.runFor(6 * MINUTE);
    expect(await waiting(scene, NAME)).toBeUndefined();
    expect((await resumed(scene)).begin).not.toContain(NAME);
    await scene.world.runFor(90 * MINUTE);
    expect([...new Set(begun(scene))].sort()).toEqual(NAMES.filter((name) => name !== NAME).sort());
    await scene.world.deploy(templateWith('third'));
    await scene.world.runFor(90 * MINUTE);
    expect(begun(scene)).toContain(NAME);
  });

  it('is taken for taken back only where its version says so and that can be noted', async () => {
    const scene = await served();
    await ahead(scene);
    const { world } = scene;
    const { fingerprint, functionName } = (await world.run(person(scene).settings.findSettings(NAME)))!;
    const stateMachine = world.stack.ref(world.stack.idsOf('AWS::StepFunctions::StateMachine')[0]!);
    const environment = { ...scene.environment, [ENV.stateMachine]: stateMachine, [ENV.waves]: '[1,2]' };
    const ports = make(liveAliasNeeds, lambdaContext(world.user, environment));
    const starts = (live: 'is gone' | 'has other code', settings: Parameters<typeof startWaitingDeploy>[2]) => {
      const describeVersion: typeof ports.versions.describeVersion = async (name, version) => {
        const facts = await ports.versions.describeVersion(name, version);
        return version === '$LATEST' || live === 'has other code'
          ? facts && { ...facts, codeSha256: 'other' }
          : undefined;
      };
      return world.run(
        startWaitingDeploy({ ...ports, versions: { ...ports.versions, describeVersion } }, NAME, settings),
      );
    };
    expect(await starts('is gone', { fingerprint, functionName })).toBe('waits');
    expect(await starts('has other code', { functionName })).toBe('waits');
    expect(await waiting(scene, NAME)).toBeDefined();
    expect(await starts('has other code', { fingerprint, functionName })).toBe('brought');
    expect(await waiting(scene, NAME)).toBeUndefined();
    expect((await world.run(ports.liveModels.livePeriods(NAME)))[0]).toMatchObject({ fingerprint });
  });
});
