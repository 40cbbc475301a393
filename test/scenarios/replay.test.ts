import { capturedKey } from '../../lambdas/contract/captured-request';
import { goldenSet } from '../../simulator/fake-model';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/** Capture is on, and by chance nothing that users send is kept: what a test puts there is all. */
const NONE_OF_USERS = 1e-9;
const GOLDEN = 'golden/digits.json';
const template = templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS });

/** An app that keeps requests, with a live model and 30 requests of the last days. */
async function captured(from = template): Promise<Scene> {
  const scene = await Scene.open({ template: from });
  await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(100))));
  await scene.serve();
  for (let i = 0; i < 30; i += 1) {
    const request = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [i % 3, i / 30] }] };
    const key = capturedKey(ENDPOINT, scene.now - (i % 3) * 24 * 60 * MINUTE, `r-${i}`);
    await scene.world.run(scene.app.put(key, JSON.stringify(request)));
  }
  return scene;
}

it('refuses a green that fails a captured request which blue answers, before a user sees it', async () => {
  const scene = await captured();
  const { execution, record } = await scene.rollout({ name: 'v2', nonFinite: 0.1 });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  expect(execution.cause).toMatch(
    /green failed 3 of 30 captured requests that blue answers; first: captured\/digits\//,
  );
  expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: '2' });
  expect(record?.state?.weights).toEqual([]);
  expect(await scene.atRest()).toBe('v1');
});

it('promotes a green that answers them otherwise, and records how often', async () => {
  const scene = await captured();
  const { record } = await scene.rollout({ name: 'v2', accuracy: 0.5 }, { strategy: 'AllAtOnce' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.verification).toMatchObject({
    replayed: 30,
    replayAgreement: 0.5,
    predictionShift: { source: 'captured requests', answers: 30 },
  });
  const notes = record?.state?.timeline.map(({ note }) => note).join('\n');
  expect(notes).toContain('replayed 30 captured requests: same class for 50 % of 30 rows');
  // Of the captured requests every third has label 2, the highest: half of those are now answered with 3.
  expect(notes).toContain(
    'class 3 grows by 16.7 points (standard error 6.8 points; not expected, as no labels vouch for it) on 30 captured rows',
  );
});

it('are told beside the golden set, which alone has labels', async () => {
  const scene = await captured(
    templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS, goldenSet: { key: GOLDEN } }),
  );
  const { record } = await scene.rollout({ name: 'v2', accuracy: 0.99 }, { strategy: 'AllAtOnce' });
  expect(record?.state?.verification?.predictionShift).toMatchObject({ source: 'golden set', answers: 100 });
  const notes = record?.state?.timeline.map(({ note }) => note).join('\n');
  expect(notes).toMatch(/on 100 golden rows; .*on 30 captured rows/);
});

it('starts no rollout for what is captured', async () => {
  const scene = await captured();
  const before = scene.world.executions.length;
  await scene.world.runFor(5 * MINUTE);
  expect(scene.world.executions).toHaveLength(before);
  expect(scene.notices('InvalidUpload')).toEqual([]);
});
