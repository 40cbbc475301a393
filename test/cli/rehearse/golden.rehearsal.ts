import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';
import { rehearsalInWords } from '../../../cli/rehearse/words';

const FILES = join(__dirname, 'golden');

async function rehearsalOf(blue: string, green: string, golden: string, settings: object = {}) {
  const out = mkdtempSync(join(tmpdir(), 'golden-'));
  const set = join(FILES, golden);
  writeFileSync(join(out, 'settings.json'), JSON.stringify(settings));
  const options = parseRehearsalArguments([
    ...['--blue', join(FILES, blue), '--green', join(FILES, green), '--golden', set, '--traffic', set],
    ...['--settings', join(out, 'settings.json'), '--rpm', '60', '--strategy', 'AllAtOnce', '--out', out],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const rehearsal = await rehearse(options, () => undefined);
  const { summary, record } = rehearsal;
  const rollout = summary.rollouts[0];
  return {
    rollout,
    record,
    words: rehearsalInWords(rehearsal, out),
    page: readFileSync(join(out, rollout?.report ?? ''), 'utf8'),
  };
}

it('refuses a fraud model that never says fraud, though it is right in 98 of 100', async () => {
  const { rollout, record, words, page } = await rehearsalOf('fraud-blue.onnx', 'fraud-never.onnx', 'rare-golden.json');
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', greenRequests: 0 });
  expect(rollout?.cause).toMatch(/class 1: 0 of 9 right, blue 9 of 9/);
  expect(record.state?.understood).toMatchObject({ task: 'classification', outputs: ['label', 'probabilities'] });
  expect(words).toMatch(/^Task: classification .*Inputs: x \(FP32\)\..*Blue: accuracy 100 % on 591 rows/m);
  expect(page).toContain('Task: classification');
});

it('takes prices in whole numbers for a regression, and refuses half of them by their error and bias', async () => {
  const { rollout, record } = await rehearsalOf('price-blue.onnx', 'price-half.onnx', 'price-golden.json');
  expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', greenRequests: 0 });
  expect(rollout?.cause).toMatch(/its answers are 0\.500 times blue's.*bias -128,\d{3}/);
  expect(record.state?.understood?.task).toBe('regression');
  expect(record.state?.verification?.goldenWrong).toHaveLength(10);
});

it('does as the setting says where labels say otherwise', async () => {
  const { record } = await rehearsalOf('price-blue.onnx', 'price-half.onnx', 'price-golden.json', { task: 'none' });
  expect(record.state?.understood).toMatchObject({ task: 'none', why: 'the setting "task" says so' });
});
