import { renderReport } from '../../lambdas/pages/report/render-report';
import { type FakeModel, goldenSet } from '../../simulator/fake-model';
import { Scene, templateOf } from './harness';

const GOLDEN = 'golden/digits.json';
const template = templateOf({ name: 'digits', goldenSet: { key: GOLDEN } });

/**
 * Blue gets 24 of 100 wrong: of each of the three classes 8 points too few of the first and, one class on, 8 too many
 * of a fourth that does not exist. Users' answers say the same.
 */
const BLUE: FakeModel = { name: 'v1', accuracy: 0.76, classes: [0.42, 0.3, 0.2, 0.08] };
/** What a model answers to users that is right where blue is wrong: 8 points more of class 0. */
const RIGHT = [0.5, 0.3, 0.2];

/** The same with half of the mistakes: 4 points, which labels may vouch for without a person's word. */
const BETTER_BLUE: FakeModel = { name: 'v1', accuracy: 0.88, classes: [0.46, 0.3, 0.2, 0.04] };

async function open(blue = BLUE): Promise<Scene> {
  const scene = await Scene.open({ template });
  await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(600))));
  await scene.serve(blue, 30);
  return scene;
}

it('promotes a green that answers users otherwise than blue just as it did in verification', async () => {
  const scene = await open(BETTER_BLUE);
  const { record } = await scene.rollout({ name: 'v2', accuracy: 1, classes: RIGHT });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const { source, answers, classes } = record!.state!.verification!.predictionShift!;
  expect({ source, answers }).toEqual({ source: 'golden set', answers: 600 });
  expect(classes.map(({ class: index, shift }) => [index, Math.round(shift * 1000)])).toEqual([
    [0, 40],
    [1, 0],
    [2, 0],
    [3, -40],
  ]);
  const report = renderReport({ record: record!, evidence: {} });
  expect(report).toContain(
    'class 0 grows by 4 points (standard error 0.8 points; expected, as labels agree) on 600 golden rows',
  );
  expect(await scene.atRest()).toBe('v2');
});

it('stops a green that answers users otherwise than blue and did not so in verification', async () => {
  const scene = await open();
  const { execution, record } = await scene.rollout({ name: 'v2', accuracy: BLUE.accuracy!, classes: RIGHT });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  expect(execution.cause).toMatch(/class 3 is 0 % of green/);
  const report = renderReport({ record: record!, evidence: {} });
  expect(report).toContain('no class grows on 600 golden rows');
  expect(await scene.atRest()).toBe('v1');
});

it('stops a green that grew another class than it did in verification', async () => {
  const scene = await open();
  const { execution, record } = await scene.rollout({ name: 'v2', accuracy: 1, classes: [0.42, 0.38, 0.2] });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  expect(execution.cause).toMatch(/class 3 is 0 % of green/);
  expect(await scene.atRest()).toBe('v1');
});
