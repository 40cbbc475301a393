import { Scene } from './harness';

it('takes at most 60 state transitions for a canary of 15 minutes with default settings, everything counted', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { execution, record } = await scene.rollout({ name: 'v2' });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.state?.plan.strategy).toBe('Canary10Percent15Minutes');
  expect(execution.transitions).toBeLessThanOrEqual(60);
});
