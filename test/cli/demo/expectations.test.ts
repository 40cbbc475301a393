import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RolloutSummary, Summary } from '../../../simulator/app/summary';
import { checkSummary } from '../../../cli/demo/expectations';
import { PLAN } from '../../../cli/demo/plan';

/** What a run of the demo wrote. */
const good = JSON.parse(readFileSync(join(__dirname, 'summary.json'), 'utf8')) as Summary;

const failing = (summary: Summary) => checkSummary(summary).filter(({ ok }) => !ok);
const nth = (file: string) => PLAN.findIndex((planned) => planned.file === file);
const quiet = (file: string) => PLAN.findIndex((planned) => planned.file === file && planned.endpoint === 'quiet');
const changed = (index: number, change: Partial<RolloutSummary>): Summary => ({
  ...good,
  rollouts: good.rollouts.map((rollout, at) => (at === index ? { ...rollout, ...change } : rollout)),
});

it('accepts the summary of a good run', () => {
  expect(failing(good)).toEqual([]);
  expect(checkSummary(good)).toHaveLength(PLAN.length + 2);
});

describe('refuses', () => {
  it.each<[string, Summary, RegExp]>([
    [
      'a bad model that was promoted',
      changed(nth('slow.onnx'), { outcome: 'promoted', error: null }),
      /outcome promoted, not aborted/,
    ],
    [
      'a good model that was stopped',
      changed(nth('v2-better.onnx'), { outcome: 'aborted', error: 'CanaryRegressed', gate: 'errors' }),
      /outcome aborted, not promoted/,
    ],
    ['the wrong gate', changed(nth('skewed.onnx'), { gate: 'latency' }), /gate latency, not predictions/],
    [
      'the right gate for another reason',
      changed(nth('nan-on-dense.onnx'), { cause: 'errors: green 55.6 % (5 of 9 requests: 5 model errors)' }),
      /cause/,
    ],
    [
      'a refused model that users saw',
      changed(nth('poor-accuracy.onnx'), { weights: [{ minute: 1, weight: 25 }] }),
      /users saw it/,
    ],
    [
      'a promotion without a canary',
      changed(nth('v2-better.onnx'), { weights: [{ minute: 1, weight: 100 }] }),
      /no canary/,
    ],
    [
      'a promotion at 20 requests a minute that names no proof',
      changed(quiet('v2-better.onnx'), { proof: '76 live requests' }),
      /proof "76 live requests"/,
    ],
    [
      'a fraud model that is refused for its accuracy, of which it has enough',
      changed(nth('never-fraud.onnx'), { cause: 'golden set: accuracy 99.5 %' }),
      /cause "golden set: accuracy/,
    ],
    [
      'a bad model that users of the quiet endpoint saw',
      changed(quiet('throws-on-dense.onnx'), { weights: [{ minute: 1, weight: 50 }] }),
      /users saw it/,
    ],
    ['a verdict on no request', changed(nth('slow.onnx'), { greenRequests: 0 }), /no request/],
    [
      'a promotion that the judge did not decide',
      changed(nth('v2-better.onnx'), { decidedBy: 'setting onInsufficientEvidence' }),
      /decided by setting/,
    ],
    [
      'a bad model that stays in service',
      changed(nth('skewed.onnx'), { liveVersionAfter: '99' }),
      /live version afterwards 99/,
    ],
    [
      'a rollback to another version',
      changed(
        PLAN.findIndex(({ kind }) => kind === 'rollback'),
        { liveVersionAfter: '99' },
      ),
      /live version afterwards 99/,
    ],
    [
      'a request that failed because of a shift',
      { ...good, traffic: { requests: 9, failedBecauseOfShift: 1 } },
      /1 of 9/,
    ],
    ['a run without users', { ...good, traffic: { requests: 0, failedBecauseOfShift: 0 } }, /0 of 0/],
    ['a run that ended early', { ...good, rollouts: good.rollouts.slice(0, 3) }, /did not run/],
    [
      'a teardown that deleted nothing',
      { ...good, teardown: good.teardown.map((report) => ({ ...report, deleted: [] })) },
      /deleted none/,
    ],
    [
      'a teardown that took the rollback target',
      { ...good, teardown: good.teardown.map((report) => ({ ...report, kept: report.kept.slice(0, 1) })) },
      /kept 2; /,
    ],
  ])('%s', (_, summary, found) => {
    const failures = failing(summary);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.map((check) => check.found).join('\n')).toMatch(found);
  });
});
