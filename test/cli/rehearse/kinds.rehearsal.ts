import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';

const KINDS = join(__dirname, '../../../examples/kinds');

/** All at once, so that the golden set alone decides. */
async function rehearsalOf(kind: string, green: string) {
  const file = (name: string): string => join(KINDS, kind, name);
  const options = parseRehearsalArguments([
    ...['--blue', file('blue.onnx'), '--green', file(`${green}.onnx`), '--golden', file('golden.json')],
    ...['--traffic', file(kind === 'fraud' ? 'traffic.jsonl' : 'traffic.json'), '--rpm', '5'],
    ...['--strategy', 'AllAtOnce', '--out', mkdtempSync(join(tmpdir(), 'kinds-'))],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const { summary, record } = await rehearse(options, () => undefined);
  return { rollout: summary.rollouts[0], state: record.state };
}

it.each([
  ['fraud', 'classification'],
  ['prices', 'regression'],
  ['forecast', 'forecast'],
  ['tags', 'multilabel'],
])('promotes a good successor: %s, understood as %s', async (kind, task) => {
  const { rollout, state } = await rehearsalOf(kind, 'better');
  expect(rollout).toMatchObject({ outcome: 'promoted', error: null });
  expect(state?.understood?.task).toBe(task);
});

it.each([
  ['fraud', 'never-fraud', /class 1: 0 of 10 right, blue 10 of 10/],
  ['fraud', 'four-times-as-often', /class 1: said of 35 rows, 10 of them right; blue said it of 10, 10 right/],
  ['prices', 'three-percent-high', /bias \+\d{1,2},\d{3} on average/],
  ['prices', 'ten-percent-low', /root mean squared error .* against blue's .*bias -\d\d,\d{3} on average/],
  ['forecast', 'ten-times', /its answers are 10\.0 times blue's/],
  ['tags', 'says-nothing', /all labels together: 0 of \d+ found, blue \d+ of \d+/],
  ['tags', 'lost-one-topic', /label 2: 0 of \d+ found, blue \d+ of \d+/],
])('refuses a damaged model before any user meets it: %s, %s', async (kind, green, why) => {
  const { rollout } = await rehearsalOf(kind, green);
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', greenRequests: 0 });
  expect(rollout?.cause).toMatch(why);
});

/** Without labels there is no golden set: requests and the canary decide. */
async function rehearsalOfEmbeddings(green: string) {
  const file = (name: string): string => join(KINDS, 'embeddings', name);
  // How long a busy machine takes must decide nothing here.
  const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.json');
  writeFileSync(settings, JSON.stringify({ gates: { latency: { mode: 'observe' } } }));
  const options = parseRehearsalArguments([
    ...['--blue', file('blue.onnx'), '--green', file(`${green}.onnx`), '--traffic', file('traffic.json')],
    ...['--settings', settings, '--rpm', '600', '--out', mkdtempSync(join(tmpdir(), 'kinds-'))],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const { summary, record } = await rehearse(options, () => undefined);
  return { rollout: summary.rollouts[0], state: record.state };
}

it('promotes a good successor of sentence embeddings, which no label can vouch for', async () => {
  const { rollout, state } = await rehearsalOfEmbeddings('better');
  expect(rollout).toMatchObject({ outcome: 'promoted', error: null });
  expect(state?.understood?.task).toBe('embedding');
});

it('stops embeddings that put every sentence in one place, by where vectors lie', async () => {
  const { rollout } = await rehearsalOfEmbeddings('collapsed');
  expect(rollout?.outcome).not.toBe('promoted');
  expect(rollout?.cause).toMatch(/predictions/);
});
