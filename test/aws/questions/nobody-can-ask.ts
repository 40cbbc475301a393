import { NotAskable, type Question } from './question';

const cannot =
  (why: string): Question['ask'] =>
  async () => {
    throw new NotAskable(why);
  };

/** Open too, but no call of an API answers them. They are listed so that nobody takes them for settled. */
export const nobodyCanAsk: readonly Question[] = [
  {
    id: 'F17',
    question: 'Which input does the Step Functions console suggest in Start execution?',
    assumption: 'An object with nothing but a comment, which is ignored',
    buildsOn: ['lambdas/contract/execution-input.ts'],
    minutes: 0,
    how: 'a person opens the console, presses Start execution and starts what is suggested',
    ask: cannot('only the console shows it; try it by hand: the rollout must start'),
  },
  {
    id: 'L16',
    question: 'Is a version that nobody called for two weeks still Active, and does a rollback to it work at once?',
    assumption: 'It may be Inactive; a rollback checks the state and warms it before it shifts',
    buildsOn: ['lambdas/steps/validation/rollback-target.ts', 'lambdas/steps/verification/warm-up.ts'],
    minutes: 0,
    how: 'leave a deployed app alone for two weeks, then roll back',
    ask: cannot('it takes two weeks'),
  },
  {
    id: 'L25',
    question: 'What does a Lambda alias do on Web Functions and Managed Instances?',
    assumption: 'Nothing is assumed: endpoints are classic (Event) functions',
    buildsOn: ['lib/model-server-function.ts'],
    minutes: 0,
    how: 'not asked',
    ask: cannot('the project makes no such functions'),
  },
  {
    id: 'D11',
    question: 'Does a later major version of the CDK CLI read what the pinned library writes?',
    assumption: "No: npm's latest does not, so the CLI is pinned",
    buildsOn: ['package.json'],
    minutes: 0,
    how: 'not asked of an account: npm run synth with another CLI tells',
    ask: cannot('it is a matter of npm packages, not of an account'),
  },
];
