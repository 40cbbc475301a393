import { EXPLAINED, type ExplainedFinding } from '../../../tools/check-template/explained';
import { type Finding, inWords, isClean, sortFindings } from '../../../tools/check-template/findings';

const warning: Finding = {
  rule: 'W3005',
  message: "'Role' dependency already enforced by a 'GetAtt' at 'Resources/Work/Properties/Role'",
  template: 'Greenlight.template.json',
  where: 'Resources/Work/DependsOn/1',
};
const error: Finding = { ...warning, rule: 'E3002', message: "Additional properties are not allowed ('Colour')" };
const reason: ExplainedFinding = { rule: 'W3005', where: /DependsOn/, reason: 'Because.' };

describe('findings of cfn-lint and checkov', () => {
  it('are clean when each has a reason, which is said', () => {
    const sorted = sortFindings([warning, warning], [reason]);
    expect(isClean(sorted)).toBe(true);
    expect(inWords(sorted)).toBe('explained: W3005, 2 times. Because.');
  });

  it.each([
    ['of another rule', { ...warning, rule: 'W1001' }],
    ['in another place', { ...warning, where: 'Resources/Work/Properties/Role' }],
  ])('are not clean with a warning %s, whose place is said', (_, other) => {
    const sorted = sortFindings([warning, other], [reason]);
    expect(isClean(sorted)).toBe(false);
    expect(inWords(sorted)).toContain(`${other.rule} ${other.message}\n  at ${other.where} in ${other.template}`);
  });

  it('are not clean with an error, even if it is explained', () => {
    expect(isClean(sortFindings([warning, error], [reason, { ...reason, rule: 'E3002' }]))).toBe(false);
  });

  it('are not clean with a reason for something that is found no more', () => {
    const sorted = sortFindings([], [reason]);
    expect(isClean(sorted)).toBe(false);
    expect(inWords(sorted)).toContain('found nowhere');
  });
});

it('are not explained by a property where it is set', () => {
  const logs: ExplainedFinding = { rule: 'CKV_AWS_18', where: /Bucket/, property: 'accessLogs', reason: 'It costs.' };
  const missed: Finding = { ...warning, rule: 'CKV_AWS_18', where: 'Resources/Bucket' };
  const sort = (template: string) =>
    sortFindings([missed, { ...missed, template }], [logs], (one) => one === 'Secured');
  expect([isClean(sort('Plain')), isClean(sort('Secured'))]).toEqual([true, false]);
  expect(inWords(sort('Plain'))).toContain('The property security.accessLogs answers it.');
});

it('explains warnings alone, one place at a time, in whole sentences', () => {
  for (const { rule, where, reason: text } of EXPLAINED) {
    expect(rule).toMatch(/^(W\d{4}|CKV_AWS_\d+)$/);
    if (where !== undefined) expect(where.source).toMatch(/^\^.+\$$/);
    expect(text).toMatch(/^[A-Z].{40,}\.$/);
  }
});
