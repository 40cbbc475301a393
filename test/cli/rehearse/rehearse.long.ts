import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';

const DIGITS = 'examples/digits';
const SHORT = '{"steps":[{"weight":50,"bakeMinutes":2}]}';

/** Where green is refused before any traffic, how many users blue has changes nothing. */
const FEW_USERS = ['--rpm', '5'];

async function rehearsalOf(green: string, ...more: readonly string[]) {
  const out = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const options = parseRehearsalArguments([
    ...['--blue', `${DIGITS}/v1-baseline.onnx`, '--green', `${DIGITS}/${green}.onnx`],
    ...['--golden', `${DIGITS}/golden.json`, '--traffic', `${DIGITS}/live-traffic.json`],
    ...given('--rpm', '600', more),
    ...given('--strategy', SHORT, more),
    ...['--out', out, ...more],
  ]);
  if (options === 'help') throw new Error('help was not asked for');
  const { summary, record, remarks } = await rehearse(options, () => undefined);
  return { summary, record, remarks, rollout: summary.rollouts[0], out };
}

/** An option, unless a test has its own. */
const given = (option: string, value: string, own: readonly string[]) => (own.includes(option) ? [] : [option, value]);

describe('a rehearsal', () => {
  test('stops a model that passes its golden set and answers otherwise in live traffic, with a page to show', async () => {
    const { rollout, record, summary, out } = await rehearsalOf('skewed');
    expect(rollout).toMatchObject({
      outcome: 'aborted',
      error: 'CanaryRegressed',
      gate: 'predictions',
      liveVersionAfter: '2',
    });
    expect(rollout?.cause).toMatch(/class 1 is .* of green's answers/);
    expect(summary.traffic.failedBecauseOfShift).toBe(0);
    // Blue's own minutes are those right before the canary: world time stood still while files were written.
    expect(record.state?.canary?.baseline?.baselineDurations).toBeGreaterThan(1_000);
    const page = readFileSync(join(out, rollout?.report ?? ''), 'utf8');
    expect(page).toContain('CanaryRegressed');
    expect(page).toContain('predictions');
  });

  test('asks no hook, whose function is in an account, and says so', async () => {
    const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.json');
    writeFileSync(settings, JSON.stringify({ hooks: { beforeTraffic: { function: 'smoke-test' } } }));
    const { rollout, remarks } = await rehearsalOf('wrong-input-shape', '--settings', settings, ...FEW_USERS);
    expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
    expect(remarks).toContain(
      'hooks.beforeTraffic (smoke-test) is not asked: --hook beforeTraffic=FILE runs its code here',
    );
  });

  test('stops a model that answers wrongly, with each class as often as before, once users say so', async () => {
    const canary = '{"steps":[{"weight":50,"bakeMinutes":4}]}';
    const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.json');
    writeFileSync(settings, JSON.stringify({ gates: { accuracy: { withinMinutes: 2 } } }));
    const labelled = ['--strategy', canary, '--settings', settings, '--label-share', '0.5'];
    const { rollout, record } = await rehearsalOf('confuses-2-and-3', ...labelled);
    expect(rollout).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', gate: 'accuracy' });
    expect(rollout?.cause).toMatch(/^accuracy: [\d.]+ % \(\d+ of \d+ of green's labelled answers/);
    const gates = record.state?.judgement?.gates ?? [];
    expect(gates.map(({ gate }) => gate)).toEqual([
      'errors',
      'latency',
      'predictions',
      'throttles',
      'accuracy',
      'memory',
    ]);
    const limit = record.state?.judgement?.logLimit ?? 0;
    expect(gates.filter(({ logEvidence }) => logEvidence >= limit).map(({ gate }) => gate)).toEqual(['accuracy']);
  });

  test('refuses a model that cannot be loaded before any user sees it', async () => {
    const { rollout } = await rehearsalOf('truncated', ...FEW_USERS);
    expect(rollout).toMatchObject({ outcome: 'rejected', error: 'ModelRejected', weights: [], greenRequests: 0 });
  });
});
