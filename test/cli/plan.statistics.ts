import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import type { Plan } from '../../cli/plan/plan';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

/** The simulated AWS answers metrics as well, where the command asks for them itself. */
const withMetrics = (scene: Scene) => ({
  findApp: async () => ({
    ports: portsOfPerson(scene.app, scene.logicalId('teardown-idle')),
    context: lambdaContext(scene.world.user, scene.environment, { clock: scene.world.clock }),
    recording: undefined,
  }),
});

it('plans from the version before, while the live one is too young, and not from the minutes of a canary', async () => {
  const scene = await Scene.open({ settings: { gates: { latency: false, predictions: false, throttles: false } } });
  scene.requestsPerMinute = 600;
  await scene.serve({ name: 'v1', errorRate: 0.01 }, 40);
  const strategy = '{"steps":[{"weight":50,"bakeMinutes":10}]}';
  const versionId = await scene.upload({ name: 'v2', errorRate: 0.01 }, { strategy });
  const canary = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(canary, 'JudgeCanary', 5);
  const during = await greenlight(scene, 'plan --quick --json', withMetrics(scene));
  await scene.end(canary);
  const after = await greenlight(scene, 'plan --quick --json', withMetrics(scene));
  for (const { out } of [during, after]) {
    const { traffic } = (JSON.parse(out) as { readonly result: Plan }).result;
    // Half of the canary's minutes would bring it down to 550 or so.
    expect(traffic.requestsPerMinute).toBeGreaterThan(585);
    expect(traffic.minutes).toBeLessThan(45);
  }
  expect(during.out).toContain('minutes of version 2 in CloudWatch');
  expect(after.out).toContain('minutes of version 2, which was live before 3, in CloudWatch');
});
