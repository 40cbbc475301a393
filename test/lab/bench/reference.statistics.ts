import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBlueInBins } from '../../../lambdas/domain/trace/bins';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { ENTRIES } from '../../../lab/bench/judge/judges/all';
import { referenceLogEvidence } from '../../../lab/bench/judge/reference/log-evidence';
import { seeded } from '../../../simulator/draws';
import { PLAIN } from '../../../lab/bench/judge/simulate/setting';
import { simulate } from '../../../lab/bench/judge/simulate/simulate';
import vectors from '../../judge/vectors.json';

const FOLDER = join(__dirname, '../../judge/traces');
const traces = readdirSync(FOLDER).map((file) =>
  withBlueInBins(parseTrace(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')), file)),
);

it.each(traces.map((trace) => [trace.id, trace] as const))('follows the golden log evidence of %s', (id, trace) => {
  const golden = vectors.judge.find((one) => one.trace === `${id}.json`)?.logE ?? [];
  const evidence = referenceLogEvidence(trace);
  expect(golden.length).toBeGreaterThan(0);
  // The golden numbers end where it stopped. With 10 requests a minute and fewer a threshold may be rounded the other
  // way.
  const allowed = /^0(01|72)/.test(id) ? 2e-3 : 5e-5;
  golden.forEach((value, minute) => expect(Math.abs((evidence[minute] ?? NaN) - value)).toBeLessThan(allowed));
});

it('takes part beside the judge that came of it, at the same false alarm rate, and is slower on a slow tail', () => {
  const [ours, reference] = ['Greenlight', 'Reference'].map((name) => ENTRIES.find(({ judge }) => judge.name === name));
  expect(reference?.suites).toEqual(ours?.suites);
  expect(reference?.falseAlarmRate).toBe(ours?.falseAlarmRate);
  const setting = { ...PLAIN, ratePerMin: 100, weight: 0.1, baselineErrorRate: 0.002 };
  const canaries = Array.from({ length: 10 }, (_, run) =>
    simulate({ ...setting, regression: { type: 'tail', f: 0.05 } }, seeded(7, run)),
  );
  const minutes = (entry: typeof ours) =>
    canaries.reduce((sum, canary) => sum + (entry?.judge.stopMinute(canary) ?? 60), 0);
  expect(minutes(ours)).toBeLessThan(minutes(reference));
});
