import { gzipSync } from 'node:zlib';
import { capturedKey } from '../../lambdas/contract/replay';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';
import { quiet, samples, SAMPLES } from './quiet';

const line = (datatype: string, shape: readonly number[], data: readonly unknown[], name = 'x'): string =>
  JSON.stringify({ inputs: [{ name, datatype, shape, data }] });
const good = line('FP32', [1, 2], [1, 0.5]);

/** What is wrong with each file is named by its key, line, field, value and limit, and blue serves on. */
it.each<[string, string | Uint8Array, RegExp]>([
  ['is empty', '', /the file has no line with a request/],
  ['has blank lines alone', '\n\n \n', /the file has no line with a request/],
  ['is half of a gzip', gzipSync(samples(600)).subarray(0, 900), /cannot be unpacked by gzip: unexpected end of file/],
  ['unpacks to 100 MB', gzipSync(Buffer.alloc(100e6, '[')), /the file unpacks to more than the limit of 64 MB/],
  ['has 100 MB', Buffer.alloc(100e6, '['), /is larger than the limit of 64 MB/],
  ['is not UTF-8', Buffer.from(`${good}\n{"inputs": "\xe9"}`, 'latin1'), /is not UTF-8: line 2 has other bytes/],
  ['ends in the middle of a line', `${good}\n{"inputs": [`, /line 2 \(row 1\) is not JSON/],
  [
    'has a shape that its data does not fill',
    [good, good, line('FP32', [1, 3], [1, 2])].join('\n'),
    /line 3 \(row 2\), input "x": data has 2 values, the shape says 3/,
  ],
  [
    'has a datatype that its data has not',
    `${good}\n${line('INT64', [1, 2], [1, 0.5])}`,
    /line 2 \(row 1\), input "x": data\[1\] is 0\.5/,
  ],
  [
    'has an unknown datatype',
    line('FLOAT', [1], [1]),
    /line 1 \(row 0\), input "x": datatype is "FLOAT", not one of FP16/,
  ],
  ['has no name', line('FP32', [1], [1], ''), /line 1 \(row 0\): inputs\[0\]\.name is "", not a text of 1 to 1000/],
])('refuses a rollout whose samples file %s, and blue serves on', async (_, file, problem) => {
  const scene = await quiet({}, undefined, 3);
  await scene.world.run(scene.app.put(SAMPLES, file));
  const { execution, record } = await scene.rollout({ name: 'v2' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'PreflightFailed' });
  expect(execution.cause).toMatch(/^replay\.samples: samples\/digits\.jsonl/);
  expect(execution.cause).toMatch(problem);
  expect(record?.state?.weights).toEqual([]);
  expect(await scene.atRest()).toBe('v1');
});

it('asks identical samples once, and says how many there are', async () => {
  const scene = await quiet({}, undefined, 3);
  await scene.world.run(scene.app.put(SAMPLES, new Array(900).fill(good).join('\n')));
  const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(record?.state?.replay).toMatchObject({
    ...{ planned: 1, pairs: 1, verdict: 'unproven' },
    from: '1 of 1 samples in samples/digits.jsonl, which has 899 more that are identical to one of them',
  });
});

it('asks captured requests as well, of which what is in the file as well is asked once, with its label', async () => {
  const scene = await Scene.open({
    template: templateOf({ name: ENDPOINT, captureSampleRate: 1e-9, replay: { samples: SAMPLES } }),
  });
  await scene.world.run(scene.app.put(SAMPLES, samples(90, true)));
  await scene.serve();
  const lines = [...samples(90).split('\n').slice(0, 30), ...samples(71).split('\n').slice(1, 41)];
  for (const [index, line] of lines.entries())
    await scene.world.run(scene.app.put(capturedKey(ENDPOINT, scene.now, `r-${index}`), line));
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  expect(record?.state?.replay).toMatchObject({
    ...{ planned: 130, captured: 40, asked: 130 },
    from: '40 of 40 captured requests and 90 of 90 samples in samples/digits.jsonl',
  });
});

it('goes back as many days as it takes where what was captured today is in the file already', async () => {
  const replay = { samples: SAMPLES, pairs: 100 };
  const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, captureSampleRate: 1e-9, replay }) });
  const lines = samples(140).split('\n');
  await scene.world.run(scene.app.put(SAMPLES, lines.slice(0, 60).join('\n')));
  await scene.serve();
  for (const [index, line] of lines.entries()) {
    const at = index < 60 ? scene.now : scene.now - 3 * 24 * 60 * MINUTE;
    await scene.world.run(scene.app.put(capturedKey(ENDPOINT, at, `r-${index}`), line));
  }
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  expect(record?.state?.replay).toMatchObject({ planned: 100, asked: 100 });
});
