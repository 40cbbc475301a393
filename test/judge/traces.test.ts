import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../lambdas/contract/kept-evidence';
import { judgeGates } from '../../lambdas/domain/gates/gates';
import { judge } from '../../lambdas/domain/judge/judge';
import { settings } from './settings';
import { asOne } from './evidence';
import { evidenceOf, traces, type Trace } from './trace';
import vectors from './vectors.json';

const fullBake = { ...settings, minimumMinutes: 60 };
const all = traces().map((trace) => [trace.id, trace] as const);
const gateOf = (trace: Trace) => (trace.family === 'drift' ? 'predictions' : trace.family);
const referenceOf = (trace: Trace) => vectors.judge.find((reference) => reference.trace === `${trace.id}.json`);

describe('recorded canaries', () => {
  it('holds traces of every kind', () => {
    expect(all).toHaveLength(20);
  });

  it.each(all.filter(([, { label }]) => label === 'good'))('never fails the good %s', (_id, trace) => {
    expect(judge(evidenceOf(trace), fullBake).verdict).not.toBe('fail');
  });

  it.each(all.filter(([, { label, expected }]) => label === 'bad' && expected === 'FAIL'))(
    'fails %s, blames the right gate, and decides no later than the reference',
    (_id, trace) => {
      const judgement = judge(evidenceOf(trace), fullBake);
      expect(judgement).toMatchObject({ verdict: 'fail', gate: gateOf(trace) });
      expect(judgement.decidedAtMinute).toBeLessThanOrEqual(referenceOf(trace)?.at ?? 0);
    },
  );

  it.each(all.filter(([, { expected }]) => expected.startsWith('never PASS')))(
    'never passes the starved %s',
    (_id, trace) => {
      expect(judge(evidenceOf(trace), fullBake).verdict).not.toBe('pass');
    },
  );

  // Blue's minutes taken as one tell nothing of its noise, as in the reference.
  // Below 50 requests a minute the proof uses the realised share where the reference uses the weight.
  it.each(all.filter(([id]) => /^0(21|23|29)/.test(id)))('proves no harm on %s as the reference does', (_id, trace) => {
    const reference = referenceOf(trace);
    const evidence = evidenceOf(trace);
    const rows = evidence.rows.slice(0, reference?.at);
    const seen = { ...evidence, baseline: asOne(evidence.baseline), rows };
    // The reference asks of a class only that it did not grow by 5 points.
    const proofs = judgeGates(seen, settings)
      .flatMap(({ counters }) => counters)
      .filter(({ words }) => !words.harmless.endsWith('harmfully smaller'))
      .flatMap(({ logNonInferiority }) => logNonInferiority?.at(-1) ?? []);
    expect(Math.min(...proofs)).toBeCloseTo(reference?.ni ?? NaN, 5);
  });
});

it('does not stop a good green whose failures came in groups of ten, as they do in the hour of blue', () => {
  const name = 'k01-good-green-failures-in-groups-of-10-100rpm.json';
  const trace = parseTrace(JSON.parse(readFileSync(join(__dirname, 'field-traces', name), 'utf8')), name);
  const { verdict, gates } = judge(evidenceOf(trace), settings);
  expect(verdict).not.toBe('fail');
  const largest = Math.max(...(gates.find(({ gate }) => gate === 'errors')?.logEvidence ?? []));
  expect(largest).toBeLessThan(1);
});
