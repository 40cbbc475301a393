import { Scene, templateOf } from './harness';
import { goldenSet } from '../../simulator/fake-model';

const noteOf = ({ record }: Awaited<ReturnType<Scene['rollout']>>) =>
  record?.state?.timeline.find(({ state }) => state === 'VerifyGreen')?.note ?? '';

describe('an environment that is still loading while another is ready', () => {
  it.each([
    ['its readiness', [0, 1, 2]],
    ['its signature', [1]],
    ['its golden set', [5, 9, 12]],
    ['its warm-up', [24, 25]],
  ])('is asked again for %s, and nothing is held against the model', async (_, loading) => {
    const settings = { name: 'digits', goldenSet: { key: 'golden/digits.json' }, provisionedConcurrency: 2 };
    const scene = await Scene.open({ template: templateOf(settings) });
    await scene.world.run(scene.app.put('golden/digits.json', JSON.stringify(goldenSet())));
    const { record } = await scene.rollout({ name: 'v1', loading });
    expect(record).toMatchObject({ outcome: 'promoted-first' });
  });

  it('for ever is unhealthy, by the words of the server, and not the model’s fault', async () => {
    const scene = await Scene.open();
    const { record } = await scene.rollout({ name: 'v1', loading: 'all' });
    expect(record).toMatchObject({ error: 'GreenUnhealthy' });
    expect(record?.cause).toMatch(/version 2 is not ready after 240 s; it answered 503: ModelLoading/);
  });
});

describe('what a load takes is told before any user waits for it', () => {
  const loaded = (downloadMs: number, openMs: number) => ({ bytes: 240e6, downloadMs, openMs });

  it('in short where it fits a start', async () => {
    const scene = await Scene.open();
    const ended = await scene.rollout({ name: 'v1', loaded: loaded(2_000, 1_100) });
    expect(noteOf(ended)).toMatch(
      /^loads its 240\.0 MB in 3\.1 s \(download 2\.0, opening 1\.1\); compared of answers: class; no golden set/,
    );
    expect(ended.record?.state?.verification).toEqual({ load: loaded(2_000, 1_100) });
  });

  it.each([
    [
      {},
      loaded(8_000, 4_000),
      /12\.0 s .*: longer than the 10 s that Lambda allows .*; more memoryMB helps .*provisionedConcurrency/,
    ],
    [{}, loaded(20_000, 26_000), /46\.0 s .*: longer than timeoutSeconds 15, .* answered 503; more memoryMB helps/],
    [{ provisionedConcurrency: 1 }, loaded(20_000, 26_000), /46\.0 s \(download 20\.0, opening 26\.0\);/],
  ])('with what helps where it does not (%j)', async (settings, model, words) => {
    const scene = await Scene.open({ template: templateOf({ name: 'digits', ...settings }) });
    expect(noteOf(await scene.rollout({ name: 'v1', loaded: model }))).toMatch(words);
  });
});

it('an output that cannot be answered is named in the record', async () => {
  const scene = await Scene.open();
  const leftOut = ['output list is a sequence, which onnxruntime for Node.js cannot give'];
  expect(noteOf(await scene.rollout({ name: 'v1', leftOut }))).toContain(`not served: ${leftOut[0]};`);
});

describe('a process that ends while it loads', () => {
  it.each([
    [
      'RequestId: 1 Error: Runtime exited with error: signal: killed',
      { memoryMB: 512, maxModelMB: 250 },
      /out of memory\. memoryMB is 512; set it to 700, which a model of maxModelMB 250 takes/,
    ],
    [
      'RequestId: 1 Error: Task timed out after 15.00 seconds',
      {},
      /longer to load than timeoutSeconds 15: more memoryMB/,
    ],
  ])('is told by its cause: %s', async (crashes, settings, words) => {
    const scene = await Scene.open({ settings });
    const { record } = await scene.rollout({ name: 'v1', crashes });
    expect(record).toMatchObject({ error: 'GreenUnhealthy' });
    expect(record?.cause).toMatch(words);
  });
});
