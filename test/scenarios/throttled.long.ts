import { THROTTLES } from '../../lambdas/contract/errors';
import type { Template } from '../../simulator/template';
import { bytesOf } from '../../simulator/fake-model';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/**
 * An account's control plane has 15 calls a second, GetFunction apart
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). A third of it for a third of a hundred
 * rollouts is as crowded, and quicker to simulate.
 */
const CALLS_A_SECOND = 5;
const ROLLOUTS = 33;
const NAMES = Array.from({ length: ROLLOUTS }, (_, index) => (index === 0 ? ENDPOINT : `team-${index}`));

/** More resources than a stack may have: what matters here is how many endpoints share an account. */
function manyEndpoints(): Template {
  const before = process.env.CDK_CONTEXT_JSON;
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ '@aws-cdk/core:stackResourceLimit': 10_000 });
  try {
    return templateOf(
      ...NAMES.map((name) => ({
        name,
        uploadsMayChoose: 'anything' as const,
        onInsufficientEvidence: { extendMinutes: 0 },
      })),
    );
  } finally {
    if (before === undefined) delete process.env.CDK_CONTEXT_JSON;
    else process.env.CDK_CONTEXT_JSON = before;
  }
}

it(`carries ${ROLLOUTS} rollouts that begin at once to their ends with ${CALLS_A_SECOND} control-plane calls a second`, async () => {
  const scene = await Scene.open({ template: manyEndpoints() });
  scene.unschedule('Reconcile', 'TeardownIdle');
  const { world } = scene;
  let throttled = 0;
  world.services.lambda.controlPlanePerSecond = CALLS_A_SECOND;
  const wave = async (model: string, metadata: Record<string, string>) => {
    const from = world.executions.length;
    for (const name of NAMES)
      await world.run(scene.app.upload(name, `${model}.onnx`, bytesOf({ name: model }), metadata));
    const mine = () => world.executions.slice(from);
    const done = () => mine().length === ROLLOUTS && mine().every(({ status }) => status !== 'RUNNING');
    await world.runUntil(done, { limitMs: 120 * MINUTE });
    throttled += mine().reduce(
      (sum, { history }) => sum + history.filter(({ error }) => THROTTLES.some((name) => name === error)).length,
      0,
    );
    return mine().map(({ error, status }) => error ?? status);
  };
  expect(await wave('v1', {})).toEqual(new Array(ROLLOUTS).fill('SUCCEEDED'));
  expect(await wave('v2', { strategy: 'Canary10Percent5Minutes' })).toEqual(
    new Array(ROLLOUTS).fill('InsufficientEvidence'),
  );
  // They did meet: what is said here is that it did not matter.
  expect(throttled).toBeGreaterThan(15);
});
