import { ERROR_NAMES } from '../../../lambdas/contract/errors';
import { ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK } from '../../../lambdas/contract/names';
import { OPERATION_ERRORS } from '../../../lambdas/contract/operation-errors';
import { synthTemplate } from '../../../lib/synthesise';
import { page } from './markdown-files';

const RUNBOOK = page('docs/guides/operations.md');
const headings = [...RUNBOOK.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: { readonly AlarmDescription?: string } }>
>;
const { Resources } = synthTemplate([{ name: 'digits' }]) as { readonly Resources: Resources };
const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);

describe('the guide to a deploy', () => {
  it('says how many functions, schedules and alarms a deploy with one endpoint creates', () => {
    const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    const [functions, schedules, alarms] = ['Lambda::Function', 'Scheduler::Schedule', 'CloudWatch::Alarm'].map(
      (type) => ofType(`AWS::${type}`).length,
    );
    expect(page('docs/guides/deploy.md').replace(/\s+/g, ' ')).toMatch(
      new RegExp(`creates ${functions} small functions, .* ${words[schedules!]} schedules, ${words[alarms!]} alarms`),
    );
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
