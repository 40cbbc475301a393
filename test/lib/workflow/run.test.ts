import { StateMachine } from 'aws-local-stepfunctions';
import { STATES } from '../../../lambdas/domain/workflow';
import { deployed, stateOf } from './definition';

/**
 * Runs the deployed definition with handlers that only say what comes next: a handler returns the state, or throws.
 * Which states were entered is the answer.
 */
type Handlers = Readonly<Record<string, (state: Record<string, unknown>) => unknown>>;

/** The interpreter looks for `TimeoutSecondsPath` in what `Parameters` made of the input; AWS looks in the input. */
const { TimeoutSecondsPath, ...awaitApproval } = stateOf(deployed, STATES.awaitApproval);
const machine = new StateMachine(
  {
    ...deployed,
    States: { ...deployed.States, [STATES.awaitApproval]: { ...awaitApproval, TimeoutSeconds: 60 } },
  } as never,
  { validationOptions: { checkArn: false, checkPaths: false } },
);
const says = (next: string) => (state: Record<string, unknown>) => ({ ...state, next });
const fails = (name: string) => () => {
  throw Object.assign(new Error(`${name} happened`), { name });
};

async function run(handlers: Handlers): Promise<{ readonly entered: readonly string[]; readonly ended: string }> {
  const entered: string[] = [];
  const first = { phase: 'canary', waitSeconds: 1, plan: { dryRun: false } };
  const defaults: Handlers = {
    [STATES.validateModel]: () => first,
    [STATES.deployGreen]: says('verify'),
    [STATES.verifyGreen]: says('canary'),
    [STATES.shiftTraffic]: (state) => state,
    [STATES.judgeCanary]: says('promote'),
    [STATES.promoteGreen]: (state) => ({ ...state, phase: 'promoted' }),
    [STATES.judgeLive]: says('finish'),
    [STATES.finishRollout]: (state) => ({ ...state, outcome: 'promoted' }),
    [STATES.discardGreen]: (state) => state,
    [STATES.abortRollout]: () => ({ failure: { error: 'CanaryRegressed', cause: 'one error in ten' } }),
    [STATES.revertRollout]: () => ({ failure: { error: 'LiveRegressed', cause: 'one error in ten' } }),
    ...handlers,
  };
  const local = (id: string, handle: (state: Record<string, unknown>) => unknown) => (input: unknown) => {
    const { Payload } = input as { Payload: Record<string, unknown> };
    return Promise.resolve(handle(Payload)).then((result) =>
      id === STATES.awaitApproval ? result : { StatusCode: 200, Payload: result },
    );
  };
  const { result, eventLogs } = machine.run(
    {},
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          Object.entries(defaults).map(([id, handle]) => [id, async (input: unknown) => local(id, handle)(input)]),
        ) as never,
        waitTimeOverrides: { [STATES.bake]: 0, [STATES.watch]: 0 },
        retryIntervalOverrides: Object.fromEntries(Object.keys(defaults).map((id) => [id, 0])),
      },
      context: {
        Execution: { Id: 'arn', Name: 'name', StartTime: '2026-01-01T00:00:00Z', Input: {} },
        Task: { Token: 'token' },
      },
    },
  );
  const watching = (async () => {
    for await (const event of eventLogs) if (event.type === 'StateEntered') entered.push(event.state.name);
  })();
  const ended = await result.then(
    () => 'succeeded',
    (error: Error) => error.name,
  );
  await watching;
  return { entered, ended };
}

it('waits for a person as long as the state says', () => {
  expect(TimeoutSecondsPath).toBe('$.waitSeconds');
});

it('promotes by the way that the design draws', async () => {
  const { entered, ended } = await run({});
  expect(ended).toBe('succeeded');
  expect(entered).toEqual([
    STATES.validateModel,
    STATES.deployGreen,
    STATES.isItAlreadyLive,
    STATES.verifyGreen,
    STATES.whatComesAfterVerification,
    STATES.shiftTraffic,
    STATES.bake,
    STATES.judgeCanary,
    STATES.whatDidTheJudgeSay,
    STATES.promoteGreen,
    STATES.watch,
    STATES.judgeLive,
    STATES.isGreenStillGood,
    STATES.finishRollout,
    STATES.howDidItEnd,
    STATES.rolloutPromoted,
  ]);
});

it.each(['', 'abort', 'PROMOTE', 'pass', 'undefined'])('does not promote when the judge says "%s"', async (answer) => {
  const { entered } = await run({ [STATES.judgeCanary]: says(answer) });
  expect(entered).not.toContain(STATES.promoteGreen);
  expect(entered.slice(-3)).toEqual([STATES.abortRollout, STATES.isBlueStillLive, STATES.rolloutAborted]);
});

it('does not repeat an error of ours, asks five times where AWS failed, and waits long where it throttles', async () => {
  const calls = { ours: 0, aws: 0, throttled: 0 };
  await run({ [STATES.deployGreen]: () => (calls.ours++, fails('GreenUnhealthy')()) });
  await run({ [STATES.deployGreen]: () => (calls.aws++, fails('ServiceException')()) });
  await run({ [STATES.deployGreen]: () => (calls.throttled++, fails('TooManyRequestsException')()) });
  expect(calls).toEqual({ ours: 1, aws: 5, throttled: 31 });
});

it.each([
  [STATES.validateModel, STATES.rolloutAborted],
  [STATES.deployGreen, STATES.rolloutAborted],
  [STATES.verifyGreen, STATES.rolloutAborted],
  [STATES.shiftTraffic, STATES.rolloutAborted],
  [STATES.judgeCanary, STATES.rolloutAborted],
  [STATES.promoteGreen, STATES.rolloutAborted],
  [STATES.judgeLive, STATES.rolloutReverted],
])('ends in Fail by a restore when %s fails', async (id, end) => {
  const { entered } = await run({ [id]: fails('Broken') });
  expect(entered.at(-1)).toBe(end);
});

it('ends as RestoreFailed when putting blue back fails eleven times', async () => {
  let calls = 0;
  const { entered } = await run({
    [STATES.judgeCanary]: says('abort'),
    [STATES.abortRollout]: () => (calls++, fails('Broken')()),
  });
  expect(calls).toBe(11);
  expect(entered.at(-1)).toBe('RestoreFailed');
});

it('stays promoted when only the bookkeeping fails', async () => {
  const { entered, ended } = await run({ [STATES.finishRollout]: fails('Broken') });
  expect([entered.at(-1), ended]).toEqual([STATES.rolloutPromoted, 'succeeded']);
});

describe('approval', () => {
  const asked: Handlers = {
    [STATES.judgeCanary]: (state) => ({ ...state, next: 'approval' in state ? 'promote' : 'approve' }),
  };

  it.each([
    [{ approved: true, by: 'ada' }, true],
    [{ approved: false }, false],
    [{ approved: 'true' }, false],
    [{}, false],
    ['yes', false],
    [null, false],
  ])('%j promotes: %s', async (answer, promotes) => {
    const { entered } = await run({ ...asked, [STATES.awaitApproval]: () => answer });
    expect(entered.includes(STATES.promoteGreen)).toBe(promotes);
  });

  it.each([
    ['approve', true],
    ['reject', false],
  ])('by silence, with the default answer %s, promotes: %s', async (defaultAnswer, promotes) => {
    const { entered } = await run({
      ...asked,
      [STATES.shiftTraffic]: (state) => ({ ...state, config: { settings: { approval: { defaultAnswer } } } }),
      [STATES.awaitApproval]: fails('States.Timeout'),
    });
    expect(entered.includes(STATES.promoteGreen)).toBe(promotes);
  });
});

it('ends a dry run and a live model without traffic', async () => {
  const discard = await run({
    [STATES.verifyGreen]: says('discard'),
    [STATES.finishRollout]: (state) => ({ ...state, outcome: 'dry-run-passed' }),
  });
  const live = await run({
    [STATES.deployGreen]: says('already-live'),
    [STATES.finishRollout]: (state) => ({ ...state, outcome: 'already-live' }),
  });
  expect([discard.entered.at(-1), live.entered.at(-1)]).toEqual([STATES.dryRunPassed, STATES.alreadyLive]);
  expect([...discard.entered, ...live.entered]).not.toContain(STATES.shiftTraffic);
});
