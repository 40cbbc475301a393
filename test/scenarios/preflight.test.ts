import { PutProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { type EndpointSettingsInput, endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import type { FakeModel } from '../../simulator/fake-model';
import { fakeTraffic } from '../../simulator/fake-server';
import { ENDPOINT, type Ended, MINUTE, Scene } from './harness';

/** Blue is live, and gets no calls through the alias. */
async function alone(settings: Partial<EndpointSettingsInput> = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.rollout({ name: 'v1' });
  await scene.world.runFor(20 * MINUTE);
  return scene;
}

async function served(settings: Partial<EndpointSettingsInput> = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve();
  return scene;
}

const weighted = (scene: Scene) =>
  scene.world.hooks.calls.filter(
    ({ command, input }) =>
      command === 'UpdateAlias' &&
      Object.keys(
        (input['RoutingConfig'] as { AdditionalVersionWeights?: object } | undefined)?.AdditionalVersionWeights ?? {},
      ).length > 0,
  );

/** Refused in verification: no request of a user ever went to green. */
async function expectRefusal(scene: Scene, { execution, record }: Ended, error: string, words: RegExp) {
  expect(execution).toMatchObject({ status: 'FAILED', error });
  expect(execution.cause).toMatch(words);
  expect(record).toMatchObject({ error, liveVersionAfter: '2' });
  expect(record?.state?.weights).toEqual([]);
  expect(weighted(scene)).toEqual([]);
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
}

const noteOf = ({ record }: Pick<Ended, 'record'>) =>
  record?.state?.timeline.find(({ state }) => state === 'VerifyGreen')?.note ?? '';

it('says before a canary what it stands on', async () => {
  const scene = await served();
  const versionId = await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  const record = await scene.record(execution.name);
  expect(noteOf({ record })).toMatch(
    /a failure on purpose was counted; blue had \d{5} requests through the alias "live" in the hour before; /,
  );
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10]);
});

describe('a canary that would prove nothing is refused before any traffic moves', () => {
  it('when callers bypass the alias: both numbers', async () => {
    const scene = await alone();
    const { world, functionName } = scene;
    const model = fakeTraffic((version) => scene.modelOf(version), ENDPOINT);
    for (let minute = 0; minute < 20; minute += 1) {
      world.services.lambda.simulateTraffic({ functionName, requests: 50 }, model);
      await world.runFor(MINUTE);
    }
    const ended = await scene.rollout({ name: 'v2' });
    await expectRefusal(
      scene,
      ended,
      'PreflightFailed',
      /callers bypass the alias "live": blue \(version 2\) had 0 requests .* had \d{3,4} in \d+ minutes/,
    );
    expect(ended.record?.outcome).toBe('rejected');
  });

  it('when what the model server counts of blue is nowhere to be found', async () => {
    const scene = await alone();
    const { world, functionName } = scene;
    const model = fakeTraffic((version) => scene.modelOf(version), 'another-endpoint');
    for (let minute = 0; minute < 20; minute += 1) {
      world.services.lambda.simulateTraffic({ functionName, qualifier: 'live', requests: 50 }, model);
      await world.runFor(MINUTE);
    }
    await expectRefusal(
      scene,
      await scene.rollout({ name: 'v2' }),
      'PreflightFailed',
      /"live" had \d+ requests .* metric F \(failures of the model\) in Greenlight under E=digits, V=2 is missing/,
    );
  });

  it('when blue, which is young, is of a server that counted under words: by the name', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1', formerServer: 'words' });
    await expectRefusal(
      scene,
      await scene.rollout({ name: 'v2' }),
      'PreflightFailed',
      /version 2\) is of an older server, which counts as ModelErrors under Endpoint and Version: .* once with "strategy": "AllAtOnce"/,
    );
  });

  it('not when blue alone counts its answers otherwise: these are not judged, which it says, and all else is', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1', formerServer: 'indices' });
    const { record } = await scene.rollout({ name: 'v2', classes: [0, 0, 1] });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const why = expect.stringMatching(/^version 2 does not say what it counts of its answers/) as string;
    expect(record?.state?.judgement?.notJudged).toContainEqual({ gate: 'predictions', why });
    const next = await scene.rollout({ name: 'v3', classes: [1, 0, 0] });
    expect(next.record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('not when blue says that it counts classes, and counted none of its answers: as above', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1', formerServer: 'floats' });
    const { record } = await scene.rollout({ name: 'v2', classes: [0, 0, 1] });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const why = expect.stringMatching(
      /^version 2 says that it counts the class of its answers, and counted none of [\d,]+ in the hour before/,
    ) as string;
    expect(record?.state?.judgement?.notJudged).toContainEqual({ gate: 'predictions', why });
    const next = await scene.rollout({ name: 'v3', classes: [1, 0, 0] });
    expect(next.record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('without any caller, also after other rollouts that tested their green', async () => {
    const scene = await alone();
    for (const name of ['v2', 'v3', 'v4']) {
      const ended = await scene.rollout({ name });
      await expectRefusal(
        scene,
        ended,
        'InsufficientEvidence',
        /0 requests .* a canary without traffic proves nothing/,
      );
    }
  });

  it.each<[FakeModel['selfTest'], RegExp]>([
    [
      'fails uncounted',
      /asked to fail on purpose .* answered 500, but nothing counted it: metric F \(failures of the model\) = 1/,
    ],
    ['answers', /asked to fail on purpose .* answered 200/],
    ['is unknown', /asked to fail on purpose .* answered 404.*Deploy the app again/],
  ])('when a server that is asked to fail %s', async (selfTest, words) => {
    const scene = await served();
    await expectRefusal(scene, await scene.rollout({ name: 'v2', selfTest }), 'PreflightFailed', words);
  });

  it("when a user's own function answers what it must fail", async () => {
    const scene = await served({ knownBadRequest: { path: '/predict', body: { x: 'no number' } } });
    const context = lambdaContext(scene.world.user, scene.environment, { clock: scene.world.clock });
    const config = await scene.world.run(dynamodbSettings(context).findSettings(ENDPOINT));
    const own = endpointConfigSchema.parse({ ...config, builtIn: false });
    const store = dynamodbSettingsStore(context);
    const { requests } = await scene.world.run(store.readRequests(ENDPOINT));
    await scene.world.run(store.storeSettings(own, requests));
    const ended = await scene.rollout({ name: 'v2' });
    await expectRefusal(scene, ended, 'PreflightFailed', /version 3 swallows errors: knownBadRequest, POST \/predict/);
  });

  it('when the alias has provisioned concurrency of its own', async () => {
    const scene = await served();
    const command = new PutProvisionedConcurrencyConfigCommand({
      FunctionName: scene.functionName,
      Qualifier: 'live',
      ProvisionedConcurrentExecutions: 1,
    });
    await scene.world.run(scene.world.user.lambda.send(command));
    const ended = await scene.rollout({ name: 'v2' });
    await expectRefusal(scene, ended, 'PreflightFailed', /the alias "live" .* has provisioned concurrency of its own/);
  });
});

describe('a canary goes ahead', () => {
  const goesAhead = async (scene: Scene): Promise<string> => {
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'Bake');
    return noteOf({ record: await scene.record(execution.name) });
  };

  it('when blue is live for a few minutes only, and the record says that nothing can be said', async () => {
    const scene = await Scene.open();
    await scene.rollout({ name: 'v1' });
    await scene.world.runFor(5 * MINUTE);
    expect(await goesAhead(scene)).toMatch(
      /blue is live since .* and has no complete minute with requests yet, too soon to say more/,
    );
  });

  it('when CloudWatch does not answer the preflight: the judge waits for data', async () => {
    const scene = await served();
    scene.world.hooks.onBefore(({ command }) => {
      if (command === 'GetMetricData') throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    });
    expect(await goesAhead(scene)).toContain("blue's data not looked at: ThrottlingException: Rate exceeded");
  });

  it.each(['hold', 'promote'] as const)('without a caller where the endpoint would %s without proof', async (then) => {
    const scene = await alone({ onInsufficientEvidence: { then } });
    expect(await goesAhead(scene)).toContain(`onInsufficientEvidence says "${then}" if it stays so`);
  });
});

it('looks at nothing when no canary follows', async () => {
  const scene = await alone();
  const { record } = await scene.rollout({ name: 'v2', selfTest: 'answers' }, { strategy: 'AllAtOnce' });
  expect(noteOf({ record })).not.toMatch(/on purpose|blue had/);
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([100]);
});
