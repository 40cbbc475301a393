import { mkdtempSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';
import { rehearsalInWords } from '../../../cli/rehearse/words';

const FIELD = 'test/model-server/fixtures/field';
const QUICK = ['--rpm', '60', '--strategy', 'AllAtOnce'];

async function rehearsalOf(...argv: readonly string[]) {
  const out = mkdtempSync(join(tmpdir(), 'two-files-'));
  const options = parseRehearsalArguments([...QUICK, ...argv, '--out', out]);
  if (options === 'help') throw new Error('help was not asked for');
  const done = await rehearse(options, () => undefined);
  return { ...done, words: rehearsalInWords(done, out).split('\n').slice(1) };
}

it('rehearses two models without any other file, and says what that shows and what it does not', async () => {
  const { record, summary, words } = await rehearsalOf(
    `${FIELD}/zipmap-text-blue.onnx`,
    `${FIELD}/zipmap-text-green.onnx`,
  );
  expect(record.outcome).toBe('promoted');
  expect(summary.traffic.requests).toBeGreaterThan(100);
  // No user sends random values: how answers to them differ decides nothing.
  expect(record.state?.config.settings.gates.predictions).toMatchObject({ mode: 'observe' });
  expect(words[0]).toMatch(/^Task: classification \(output output_label says the class\)\. Inputs: X \(FP32\)\./);
  expect(words.join('\n')).toMatch(/200 requests were drawn from blue's signature: that shows .* it does not show/);
});

it('warns of answers that differ, though they decide nothing where requests are drawn', async () => {
  // How long a busy machine takes must decide nothing here.
  const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.json');
  writeFileSync(settings, JSON.stringify({ gates: { latency: { mode: 'observe' } } }));
  const { record, words } = await rehearsalOf(
    ...['examples/kinds/forecast/blue.onnx', 'examples/kinds/forecast/ten-times.onnx'],
    ...['--rpm', '600', '--strategy', 'Canary10Percent5Minutes', '--settings', settings],
  );
  expect(record.outcome).toBe('promoted');
  expect(words.join('\n')).toMatch(/WARNING {2}only observed: would have failed in minute \d+; predictions: /);
  expect(words.join('\n')).toMatch(/^latency: p50 .* → .* ms, p90 .*\(blue → green\)$/m);
});

it('holds a model of several columns, numbers and text, to a golden set of packed lines', async () => {
  const lines = ['Oslo', 'Bergen', 'Oslo', 'Bodø'].map((city, index) =>
    JSON.stringify({
      inputs: [
        { name: 'age', datatype: 'FP32', shape: [1, 1], data: [20 + 10 * index] },
        { name: 'city', datatype: 'BYTES', shape: [1, 1], data: [city] },
      ],
      label: index % 2,
    }),
  );
  const golden = join(mkdtempSync(join(tmpdir(), 'golden-')), 'people.jsonl.gz');
  writeFileSync(golden, gzipSync(lines.join('\n')));
  const { record, words } = await rehearsalOf(`${FIELD}/columns.onnx`, `${FIELD}/columns.onnx`, '--golden', golden);
  expect(record.outcome).toBe('already-live');
  expect(words.join('\n')).not.toContain('were drawn');
});
