import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../lambdas/contract/kept-evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { judged } from './canary';
import { before, evidence, minutes, side } from './evidence';
import { onlyGate, settings } from './settings';
import { thresholds } from './thresholds';
import { evidenceOf } from './trace';

const INCIDENT = 'l04-one-incident-in-blues-hour-good-green-3000rpm.json';

it('passes a good green after 15 minutes although an incident in the hour of blue moved its p99 far up', () => {
  const trace = parseTrace(JSON.parse(readFileSync(join(__dirname, 'field-traces', INCIDENT), 'utf8')), INCIDENT);
  const recorded = evidenceOf(trace);
  const seen = { ...recorded, rows: recorded.rows.slice(0, 15) };
  expect(judge(seen, { ...settings, minimumMinutes: 15 })).toMatchObject({ verdict: 'pass' });
});

it.each([
  ['1.28 times slower', { type: 'lat', x: 1.28 }],
  ['five times slower in 1.5 % of its requests', { type: 'tail', f: 0.015 }],
] as const)('stops every green that is %s', (_how, regression) => {
  const judgements = judged({ regression, weight: 0.5, runs: 12 });
  expect(judgements.map(({ verdict, gate }) => ({ verdict, gate }))).toEqual(
    judgements.map(() => ({ verdict: 'fail', gate: 'latency' })),
  );
});

it('asks no green for fewer than none where blue has none beyond its own quantiles', () => {
  const none = thresholds.map(() => 0);
  const fast = (requests: number) => side(requests, { slow: none, verySlow: none });
  const seen = evidence({ baseline: before(60, fast(1000)), rows: minutes(15, fast(900), fast(100)) });
  expect(judge(seen, onlyGate('latency')).verdict).toBe('pass');
});
