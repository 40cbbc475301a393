import { ERROR_NAMES } from '../../lambdas/contract/errors';
import { executionInputSchema } from '../../lambdas/contract/execution-input';
import { ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK } from '../../lambdas/contract/names';
import { OPERATION_ERRORS } from '../../lambdas/contract/operation-errors';
import { OUTCOMES } from '../../lambdas/domain/rollout';
import { plannedMinutes, STRATEGY_PRESETS } from '../../lambdas/domain/strategy';
import { synthTemplate } from '../../lib/synthesise';
import { page, tableRows } from './markdown-files';

const README = page('README.md');
const RUNBOOK = page('docs/operations.md');
const headings = [...RUNBOOK.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
const rowsUnder = (heading: string) => {
  const [, after = ''] = README.split(`\n${heading}\n`);
  return tableRows(after.split('\n## ')[0]?.split('\n### ')[0] ?? '');
};

type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: { readonly AlarmDescription?: string } }>
>;
const { Resources } = synthTemplate([{ name: 'digits' }]) as { readonly Resources: Resources };
const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);

describe('the README', () => {
  it('says how many functions, schedules and alarms a deploy with one endpoint creates', () => {
    const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const [functions, schedules, alarms] = ['Lambda::Function', 'Scheduler::Schedule', 'CloudWatch::Alarm'].map((type) => ofType(`AWS::${type}`).length); // prettier-ignore
    expect(README.replace(/\s+/g, ' ')).toMatch(
      new RegExp(`creates ${functions} small functions, .* ${words[schedules!]} schedules, ${words[alarms!]} alarms`),
    );
  });

  it('has a row for every key of the input, and every strategy with its minutes', () => {
    const rows = rowsUnder('### Input');
    const named = rows.map(([name]) => name);
    expect([...named].sort()).toEqual(
      [...Object.keys(executionInputSchema.shape), ...Object.keys(STRATEGY_PRESETS)].sort(),
    );
    for (const [preset, steps] of Object.entries(STRATEGY_PRESETS))
      expect(rows.find(([name]) => name === preset)?.at(-1)).toBe(String(plannedMinutes(steps)));
  });

  it('has a row for every outcome and every error', () => {
    const named = rowsUnder('### Outcomes').map(([name]) => name);
    expect([...named].sort()).toEqual([...OUTCOMES, ...ERROR_NAMES].sort());
  });
});

describe('the runbook', () => {
  it('has a section for every error', () => {
    expect(headings).toEqual(expect.arrayContaining([...ERROR_NAMES]));
  });

  it('has a section for every end of a rollout that is no error of ours, and for everything that a command refuses', () => {
    const ends = ['Stopped', ABORTED_BY_PERSON, 'States.Timeout', STOPPED_BY_ROLLBACK];
    expect(headings).toEqual(expect.arrayContaining([...ends, ...Object.keys(OPERATION_ERRORS)]));
  });

  it('has a section for every alarm', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').map(
      ({ Properties }) => /See the runbook, (\w+)\./.exec(Properties.AlarmDescription ?? '')?.[1],
    );
    expect(alarms).toHaveLength(8);
    expect(headings).toEqual(expect.arrayContaining(alarms));
  });
});
