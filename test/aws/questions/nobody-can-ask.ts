import { NotAskable, type Question } from './question';

const cannot =
  (why: string): Question['ask'] =>
  async () => {
    throw new NotAskable(why);
  };

/** Open too, but no call of an API answers them. They are listed so that readers do not take them for settled. */
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
    question: 'Is a version that had no caller for two weeks still Active, and does a rollback to it work at once?',
    assumption: 'It may be Inactive; a rollback checks the state and warms it before it shifts',
    buildsOn: ['lambdas/steps/validation/choose-model.ts', 'lambdas/steps/verification/warm-up.ts'],
    minutes: 0,
    how: 'leave a deployed app alone for two weeks, then roll back',
    ask: cannot('it takes two weeks'),
  },
  {
    id: 'L14-load',
    question: 'How long does a cold environment take to load a model of 250 MB, at 1,024 MB of memory?',
    assumption:
      'Longer than the ten seconds of init on demand where S3 gives less than 25 MB a second; a request then ' +
      'waits for the rest',
    buildsOn: ['lambdas/model-server/load-model.ts', 'lambdas/model-server/download-model.ts'],
    minutes: 0,
    how: 'upload a model of 250 MB to a deployed app, and read Init Duration and the load time that the server logs',
    ask: cannot('the models of the test have kilobytes; try it by hand with one of yours'),
  },
  {
    id: 'L23-quantised',
    question: 'Does an int8 model answer the same on arm64 and x86_64, and as fast for its size?',
    assumption:
      'The same classes; on arm64 perhaps slower, because onnxruntime sees no features of the processor there',
    buildsOn: ['lib/bundle-files.ts', 'tools/arm64/main.ts'],
    minutes: 0,
    how:
      'deploy with -c architecture=arm64 and x86_64, roll out one quantised model on each, compare answers and ' +
      'Duration',
    ask: cannot('one run of the test has one architecture; npm run check:arm64 compares a float model here'),
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
