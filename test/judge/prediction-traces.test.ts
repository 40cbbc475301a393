import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../lambdas/contract/kept-evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { classCanary } from './class-canary';
import { evidenceOf } from './trace';
import { onlyGate, settings } from './settings';

const trace = (name: string) =>
  evidenceOf(parseTrace(JSON.parse(readFileSync(join(__dirname, 'field-traces', `${name}.json`), 'utf8')), name));

describe('a green that answers one class to everything, as verification saw it do', () => {
  const seen = trace('one-class-to-everything-as-in-an-unlabelled-replay');

  it('is stopped, as no label vouches for what was seen', () => {
    expect(judge(seen, settings)).toMatchObject({ verdict: 'fail', gate: 'predictions', decidedAtMinute: 1 });
  });

  it('is stopped although labels vouch for it: 5 points a class are the most without a word of a person', () => {
    const labelled = { ...seen, expectedShift: { ...seen.expectedShift!, labelled: true as const } };
    expect(judge(labelled, settings)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    const approved = { ...labelled, expectedShift: { ...labelled.expectedShift, approved: true as const } };
    expect(judge(approved, onlyGate('predictions')).verdict).not.toBe('fail');
  });
});

it.each([
  [
    'a class of half a percent vanishes',
    'r01-fraud-half-pct-vanishes-10000rpm',
    /^predictions: class c1 is 0 % of green's/,
  ],
  [
    '50 of 100 classes collapse',
    'r05-100-classes-uniform-collapse-to-half',
    /^predictions: classes that green has given/,
  ],
])('stops a recorded green when %s, and says what moved', (_what, name, reason) => {
  const judgement = judge(trace(name), settings);
  expect(judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  expect(judgement.reason).toMatch(reason);
});

describe('a class that is too rare for the traffic', () => {
  const canary = (perMinute: number) => classCanary({ perMinute, blue: [0.995, 0.005] }, 1);
  const summary = (perMinute: number) => judge(canary(perMinute), onlyGate('predictions')).gates[0]?.summary ?? '';

  it('holds up no good green, and the evidence says what was not excluded', () => {
    expect(judge(canary(300), onlyGate('predictions')).verdict).toBe('pass');
    expect(summary(300)).toMatch(
      /; not to be excluded at this traffic: growth of class c1 to 1\.\d+ % \(only to 5\.\d %\), loss of class c1 to 0\.\d+ %, loss of class c0/,
    );
  });

  it('is held to its own margins once there is traffic enough, and then nothing is left open', () => {
    expect(judge(canary(20_000), onlyGate('predictions')).verdict).toBe('pass');
    expect(summary(20_000)).not.toMatch(/not to be excluded/);
  });
});

it('expects of a class that labels saw shrink that it does, and no more', () => {
  const lost = (share: number) => {
    const drawn = classCanary({ perMinute: 10_000, blue: [0.9, 0.1], green: [0.9 + share, 0.1 - share] }, 1);
    const classes = [0.04, -0.04].map((shift) => ({ shift, standardError: 0.001 }));
    const expectedShift = { source: 'golden set' as const, answers: 500, labelled: true as const, classes };
    return judge({ ...drawn, expectedShift }, onlyGate('predictions')).verdict;
  };
  expect(lost(0.04)).toBe('pass');
  expect(lost(0.08)).toBe('fail');
});
