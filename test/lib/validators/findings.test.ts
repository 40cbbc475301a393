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

describe("cfn-lint's findings", () => {
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

it('explains warnings alone, one place at a time, in whole sentences', () => {
  for (const { rule, where, reason: text } of EXPLAINED) {
    expect(rule).toMatch(/^W\d{4}$/);
    expect(where.source).toMatch(/^\^.+\$$/);
    expect(text).toMatch(/^[A-Z].{40,}\.$/);
  }
});
