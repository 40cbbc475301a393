import { capturedKey } from '../../lambdas/contract/replay';
import { outcomeInWords, reasonInWords } from '../../lambdas/pages/words/outcome';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/** Capture is on, and by chance nothing that users send is kept: what a test puts there is all. */
const NONE_OF_USERS = 1e-9;
const template = templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS });

/** An app that keeps requests, with a live model and some requests of the last days. */
async function captured(from = template, count = 30): Promise<Scene> {
  const scene = await Scene.open({ template: from });
  await scene.serve();
  for (let i = 0; i < count; i += 1) {
    const request = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [i % 3, i / count] }] };
    const key = capturedKey(ENDPOINT, scene.now - (i % 3) * 24 * 60 * MINUTE, `r-${i}`);
    await scene.world.run(scene.app.put(key, JSON.stringify(request)));
  }
  return scene;
}

it.each<Record<string, string>>([{}, { strategy: 'AllAtOnce' }])(
  'refuses a green that fails a captured request which blue answers, before a user sees it (%j)',
  async (metadata) => {
    const scene = await captured();
    const { execution, record } = await scene.rollout({ name: 'v2', nonFinite: 0.1 }, metadata);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
    expect(execution.cause).toMatch(
      /errors: green fails a request that blue answers, at each of 10 tries: captured\/digits\/\S+, it answered 500: NonFiniteOutput;/,
    );
    expect(execution.cause).toMatch(/they differ most on captured\/digits\/\S+ \(x FP32 \[1, 2\]; blue \d in /);
    expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: '2' });
    expect(record?.state?.weights).toEqual([]);
    expect(await scene.atRest()).toBe('v1');
  },
);

it('shows values of the requests that differ most where the endpoint allows it', async () => {
  const scene = await captured(
    templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS, replay: { show: 'values' } }),
  );
  const { execution } = await scene.rollout({ name: 'v2', nonFinite: 0.1 });
  expect(execution.cause).toMatch(/they differ most on captured\/digits\/\S+ \(x FP32 \[1, 2\]: \d, [\d.]+; blue/);
});

it('promotes without a canary a green that answers them otherwise, and tells it', async () => {
  const scene = await captured(template, 150);
  const { record } = await scene.rollout({ name: 'v2', accuracy: 0.5 }, { strategy: 'AllAtOnce' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'differs', planned: 150 });
  const notes = record?.state?.timeline.map(({ note }) => note).join('\n');
  expect(notes).toMatch(
    /green answers otherwise than blue, and no labels vouch for it: predictions: (green gives another answer than blue for [\d.]+ % of the rows|class \S+ is [\d.]+ % of green's answers)/,
  );
  // Three of the ten in a sentence; the report lists them all.
  expect(notes).toMatch(/they differ most on (captured\S+ \([^)]*\), ){3}and 7 more in the report/);
  expect(outcomeInWords(record!).happened).toContain('was promoted');
  expect(reasonInWords(record!)).toMatch(/^There was no canary\. .*; both versions answered \d+ requests before\.$/);
});

it('asks no more than 200 where no canary follows that a proof could shorten', async () => {
  const scene = await captured(template, 300);
  const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', planned: 200, asked: 200 });
});

it('starts no rollout for what is captured', async () => {
  const scene = await captured();
  const before = scene.world.executions.length;
  await scene.world.runFor(5 * MINUTE);
  expect(scene.world.executions).toHaveLength(before);
  expect(scene.notices('InvalidUpload')).toEqual([]);
});
