import { explain } from '../../lambdas/operations/explain';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { endedView } from '../../lambdas/operations/rollout-view';
import { endLines } from '../../cli/commands/common';
import { ENDPOINT, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent5Minutes' };

/** v1 is version 2, v2 is version 3 and blue; v3 is version 4. */
async function rolling(metadata: Record<string, string>, state: string) {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle', 'Reconcile');
  await scene.serve({ name: 'v1' }, 5);
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(10 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return [scene, execution] as const;
}

describe('a weight that a person gives a version that is neither blue nor green', () => {
  it.each([
    ['the canary', CANARY, 'Bake', '3', { 2: 0.2 }, 'version 3 (v2.onnx), blue, with 80 %', 'version 2 with 20 %'],
    [
      'the watch',
      AT_ONCE,
      'Watch',
      '4',
      { 2: 0.125 },
      'version 4 (v3.onnx), green, with 87.5 %',
      'version 2 with 12.5 %',
    ],
    ['the canary, of a third', CANARY, 'Bake', '2', { 3: 0.3 }, 'version 2, with 70 %', 'version 3 with 30 %'],
  ] as const)(
    'in %s, is told with it wherever it is said what serves',
    async (_, how, state, version, weights, live, beside) => {
      const [scene, execution] = await rolling(how, state);
      await scene.moveAlias(version, weights);
      const { record } = await scene.end(execution);
      const [[other, share]] = Object.entries(weights) as [[string, number]];
      expect(await scene.alias()).toEqual({ version, weights });
      const liveCanary = { version: other, weight: share * 100 };
      expect(record).toMatchObject({ error: 'LiveAliasMoved', liveVersionAfter: version, liveCanary });
      const words = `${live} of traffic, beside ${beside}`;
      const notice = scene.notices(record!.id).at(-1)!.message;
      expect(notice).toContain(`In service now: ${words}.`);
      const page = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/report.html`));
      expect(page).toContain(`${words}.`);
      for (const text of [notice, page]) expect(text).not.toContain('with all traffic');
      const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
      const told = await scene.world.run(explain(ports, ENDPOINT, record!.id));
      const shares = words.slice(words.indexOf('with'));
      expect(told.because).toContain(`In service after it: version ${version}, ${shares}.`);
      expect(endLines(endedView(record!))).toContain(`  In service: version ${version}, ${shares}.`);
      expect(await scene.world.run(status(ports, ENDPOINT))).toMatchObject({
        canary: liveCanary,
        last: { liveCanary },
      });
    },
  );

  it('is told, too, where it comes between the last look and the end', async () => {
    const [scene, execution] = await rolling(CANARY, 'PromoteGreen');
    await scene.world.runUntil(() =>
      scene.world.timeline(execution.arn).some(({ state }) => state === 'FinishRollout' || state === 'JudgeLive'),
    );
    const finish = scene.logicalId('finish-rollout');
    const release = scene.world.hooks.onBefore(async ({ command, caller }) => {
      if (command !== 'GetAlias' || caller.kind !== 'function' || caller.logicalId !== finish) return;
      release();
      const RoutingConfig = { AdditionalVersionWeights: { 2: 0.2 } };
      const change = { FunctionName: scene.functionName, Name: 'live', FunctionVersion: '4', RoutingConfig };
      await scene.world.services.lambda.call('UpdateAlias', change, { kind: 'user' });
    });
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({
      outcome: 'promoted',
      liveVersionAfter: '4',
      liveCanary: { version: '2', weight: 20 },
    });
    expect(scene.notices(record!.id).at(-1)?.message).toContain(
      'version 4 (v3.onnx), green, with 80 % of traffic, beside version 2 with 20 %.',
    );
  });
});

it('nothing else is told where the live version has all traffic', async () => {
  const [scene, execution] = await rolling(CANARY, 'Bake');
  await scene.moveAlias('2');
  const { record } = await scene.end(execution);
  expect(record?.liveCanary).toBeUndefined();
  expect(scene.notices(record!.id).at(-1)?.message).toContain('In service now: version 2, with all traffic.');
});
