import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace } from '../../lambdas/contract/trace';
import { judge } from '../../lambdas/domain/judge/judge';
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
