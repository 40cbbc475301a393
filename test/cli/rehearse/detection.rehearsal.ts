import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';

/*
 * A detector in miniature: of eight cells those are found whose score is above a half, each with a box (a corner and
 * its size) and one of three classes; so many as there are.
 */
const FILES = join(__dirname, 'golden');
const GOLDEN = join(FILES, 'detect-golden.jsonl.gz');

interface Line {
  readonly inputs: unknown;
  readonly label: readonly (readonly number[])[];
}
const LINES = gunzipSync(readFileSync(GOLDEN))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

/** The same requests with other labels, or with none. */
function written(labelOf: (boxes: Line['label']) => unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'detect-')), 'set.jsonl');
  writeFileSync(file, LINES.map(({ inputs, label }) => JSON.stringify({ inputs, label: labelOf(label) })).join('\n'));
  return file;
}

async function rehearsalOf(green: string, argv: readonly string[], settings: object = {}) {
  const out = mkdtempSync(join(tmpdir(), 'detect-'));
  writeFileSync(join(out, 'settings.json'), JSON.stringify(settings));
  const options = parseRehearsalArguments([
    ...['--blue', join(FILES, 'detect-blue.onnx'), '--green', join(FILES, `detect-${green}.onnx`), ...argv],
    ...['--settings', join(out, 'settings.json'), '--out', out],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const { summary, record } = await rehearse(options, () => undefined);
  return { rollout: summary.rollouts[0], state: record.state };
}
const byLabels = (golden: string) => ['--golden', golden, '--rpm', '60', '--strategy', 'AllAtOnce'];

it('promotes a detector that finds as much, held to labels that are lists of boxes', async () => {
  const { rollout, state } = await rehearsalOf('good', byLabels(GOLDEN));
  expect(rollout).toMatchObject({ outcome: 'promoted', error: null });
  expect(state?.understood).toMatchObject({
    task: 'detection',
    outputs: ['boxes', 'scores', 'labels'],
    blue: expect.stringMatching(/^F1 9\d.* %, \d+ of \d+ found from a score of 0\.5 on on 120 rows$/) as unknown,
  });
  expect(state?.answers?.measures).toEqual(['detections', 'best', 'class', 'mean']);
});

it.each([
  ['halved', /^golden set: F1 of what it finds is 0 %/],
  ['lost', /class 0: \d+ of \d+ found, blue \d+ of \d+/],
  ['shifted', /^golden set: F1 of what it finds is \d(\.\d+)? %/],
  ['classes', /class 0: 0 of \d+ found, blue \d+ of \d+/],
])('refuses one whose scores, boxes or classes are %s before any user meets it', async (green, why) => {
  const { rollout } = await rehearsalOf(green, byLabels(GOLDEN));
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', greenRequests: 0 });
  expect(rollout?.cause).toMatch(why);
});

it('takes a label that is a list of names, or how many there are', async () => {
  const names = ['cat', 'dog', 'car'];
  const sets = written((boxes) => boxes.map(([, , , , of = 0]) => names[of]));
  const confused = await rehearsalOf('classes', byLabels(sets), { classNames: names });
  expect(confused.rollout?.cause).toMatch(/class cat: \d+ of \d+ found, blue \d+ of \d+/);
  const counts = written((boxes) => boxes.length);
  // Where boxes lie and what is in them is not in such labels.
  expect((await rehearsalOf('shifted', byLabels(counts))).rollout).toMatchObject({ outcome: 'promoted' });
  expect((await rehearsalOf('lost', byLabels(counts))).rollout?.cause).toMatch(/all detections: \d+ of \d+ found/);
});

it.each([
  ['halved', /best/],
  ['shifted', /mean|given more often/],
])('stops one that is %s in the canary, without any label', async (green, says) => {
  const argv = ['--traffic', written(() => undefined), '--rpm', '120'];
  const { rollout, state } = await rehearsalOf(green, argv, { strategy: { steps: [{ weight: 50, bakeMinutes: 5 }] } });
  expect(state?.answers?.measures).toEqual(['detections', 'best', 'class', 'mean']);
  expect(rollout).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', gate: 'predictions' });
  expect(rollout?.cause).toMatch(says);
});
