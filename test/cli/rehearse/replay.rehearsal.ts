import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';

const KINDS = join(__dirname, '../../../examples/kinds');

/** A quiet endpoint of that kind, whose recorded requests both versions answer before green has users. */
async function replayed(kind: string, green: string, traffic: string, samples?: string, rpm = 20) {
  const out = mkdtempSync(join(tmpdir(), 'replayed-'));
  const settings = join(out, 'settings.json');
  writeFileSync(settings, JSON.stringify({ replay: { onDisagreement: 'reject' } }));
  const file = (name: string): string => join(KINDS, kind, name);
  const options = parseRehearsalArguments([
    ...[file('blue.onnx'), file(`${green}.onnx`), '--traffic', file(traffic), '--replay', samples ?? file(traffic)],
    ...['--rpm', String(rpm), '--settings', settings, '--out', out],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const { summary } = await rehearse(options, () => undefined);
  return summary.rollouts[0];
}

it('promotes a good successor at 20 requests a minute: a table of text and numbers, of which there are 600 recorded rows', async () => {
  const rollout = await replayed('fraud', 'better', 'traffic.jsonl');
  expect(rollout).toMatchObject({ outcome: 'promoted', error: null });
  expect(rollout?.proof).toMatch(/^replay of 598 requests, not enough alone, \+ \d+ live$/);
});

it('promotes a good forecaster that no label explains: each step is compared by itself, and not which is the largest', async () => {
  // Of its 400 requests a proof is not made: the canary goes on from what they showed.
  const rollout = await replayed('forecast', 'better', 'traffic.json', undefined, 60);
  expect(rollout).toMatchObject({ outcome: 'promoted', error: null });
  expect(rollout?.proof).toMatch(/^replay of \d+ requests/);
});

it.each([
  ['forecast', 'ten-times', 'traffic.json', /predictions: green's .*place \d+ .* standard deviations/],
  ['prices', 'ten-percent-low', 'traffic.json', /predictions: green's score.* standard deviations/],
  ['tags', 'lost-one-topic', 'traffic.json', /predictions: /],
])('refuses a model that answers otherwise, and no user meets it: %s, %s', async (kind, green, traffic, why) => {
  const rollout = await replayed(kind, green, traffic);
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', weights: [], greenRequests: 0 });
  expect(rollout?.cause).toMatch(why);
});

it('refuses samples that no version can answer, by the first of them, and says what is wrong with it', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'samples-')), 'wrong.jsonl');
  const rows = Array.from({ length: 60 }, (_, n) => ({
    inputs: [{ name: 'wrong', datatype: 'FP32', shape: [1, 3], data: [n, 2, 3] }],
  }));
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const rollout = await replayed('prices', 'better', 'traffic.json', file);
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'PreflightFailed', weights: [], greenRequests: 0 });
  expect(rollout?.cause).toMatch(
    /^replay\.samples: both versions refuse 60 of 60 requests as a mistake of their caller, first samples\/wrong\.jsonl request \d+, answered 400: .*"wrong"/,
  );
});
