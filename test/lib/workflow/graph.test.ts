import { ROLLOUT_WAITS } from '../../../lambdas/contract/names';
import { HANDLER_NAMES, HANDLERS } from '../../../lib/handlers';
import { ERROR_NAMES, THROTTLES } from '../../../lambdas/contract/errors';
import { type DecidingState, type Next, NEXT_WORDS, STATES } from '../../../lambdas/domain/workflow';
import { answersOf, deployed, nextOf, reachable, stateOf } from './definition';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const validate = require('asl-validator') as (definition: unknown) => { isValid: boolean; errors: readonly unknown[] };

const RESTORES: readonly string[] = [STATES.abortRollout, STATES.revertRollout];
const states = Object.entries(deployed.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const ends = states.filter(([, { Type }]) => Type === 'Fail' || Type === 'Succeed').map(([id]) => id);

/** Bookkeeping after the decision: its failure must not undo a promotion. */
const DECIDED = STATES.finishRollout;

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    expect(validate(deployed)).toMatchObject({ isValid: true, errors: [] });
  });

  it('has the states that people read about, and one more end for a restore that failed', () => {
    expect(Object.keys(deployed.States).sort()).toEqual([...Object.values(STATES), 'RestoreFailed'].sort());
  });

  it('reaches every state from the start', () => {
    expect([...reachable(deployed, deployed.StartAt)].sort()).toEqual(Object.keys(deployed.States).sort());
  });

  it('has time for the longest rollout of 22 days, and ends', () => {
    expect(deployed.TimeoutSeconds).toBe(24 * 24 * 3600);
  });

  it('shows sample inputs in its comment', () => {
    const samples = [...deployed.Comment.matchAll(/\{.*?\}/g)].map(([text]) => JSON.parse(text) as object);
    expect(samples.length).toBeGreaterThanOrEqual(4);
  });
});

describe('what a step asks for next', () => {
  const judges: Next<'judgeCanary'> = 'abort';
  // @ts-expect-error a typo does not compile
  const typo: Next<'judgeCanary'> = 'contine';
  // @ts-expect-error nor does a word of another step
  const borrowed: Next<'judgeLive'> = 'next-weight';
  // @ts-expect-error nor a state that decides nothing
  const never: DecidingState = 'bake';

  it('is a word that some question knows, or that leads where anything unknown does', () => {
    const asked = states.flatMap(([, { Choices = [] }]) =>
      Choices.flatMap(({ Variable, StringEquals }) => (Variable === '$.next' ? [StringEquals] : [])),
    );
    expect(NEXT_WORDS).toEqual(expect.arrayContaining(asked));
    expect(NEXT_WORDS.filter((word) => !asked.includes(word)).sort()).toEqual(['abort', 'revert', 'verify']);
    expect(NEXT_WORDS).toContain(judges);
    for (const none of [typo, borrowed, never]) expect([...NEXT_WORDS, 'next-weight']).not.toContain(`${none}!`);
  });
});

describe('every task', () => {
  it.each(tasks)('%s has a time limit of its own', (id, { TimeoutSeconds, TimeoutSecondsPath }) => {
    if (id === STATES.awaitApproval) return expect(TimeoutSecondsPath).toBe('$.waitSeconds');
    const handler = HANDLER_NAMES.find((name) => name === handlerOf(id));
    expect(handler).toBeDefined();
    expect(TimeoutSeconds).toBe(HANDLERS[handler!].timeout.toSeconds() + 5);
  });

  it.each(tasks)('%s retries what may pass, with full jitter, and States.ALL alone and last', (_, { Retry = [] }) => {
    const last = Retry.at(-1);
    expect(last).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL', MaxDelaySeconds: 30 });
    expect(last?.MaxAttempts).toBeGreaterThanOrEqual(4);
    expect(Retry.slice(0, -1).flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('States.ALL');
  });

  it.each(tasks.filter(([id]) => !RESTORES.includes(id) && id !== DECIDED))(
    '%s does not repeat an error that is final',
    (_, { Retry = [] }) => {
      const first = Retry.find(({ ErrorEquals }) => !ErrorEquals.includes(ROLLOUT_WAITS));
      expect(first).toMatchObject({ MaxAttempts: 0, ErrorEquals: expect.arrayContaining([...ERROR_NAMES]) as unknown });
    },
  );

  it.each(tasks)('%s catches everything', (_, { Catch = [] }) => {
    expect(Catch.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  it.each(tasks)(
    '%s waits for throttles with a patience of its own, under half an hour, before it tries all else',
    (id, { Retry = [] }) => {
      const at = Retry.findIndex(({ ErrorEquals }) => ErrorEquals.includes('TooManyRequestsException'));
      expect(Retry[at]?.ErrorEquals).toEqual([...THROTTLES]);
      expect(at).toBe(Retry.length - 2);
      const total = waitsOf(Retry[at]).reduce((sum, wait) => sum + wait, 0);
      expect(total).toBeGreaterThan(14 * 60);
      expect(total).toBeLessThan((RESTORES.includes(id) || id === DECIDED ? 15 : 30) * 60);
    },
  );

  it('gives a restore at most 16 minutes', () => {
    for (const id of RESTORES) {
      const { Retry = [], TimeoutSeconds = NaN } = stateOf(deployed, id);
      const waits = waitsOf(Retry.at(-1));
      const total = waits.reduce((sum, wait) => sum + wait, 0) + (waits.length + 1) * TimeoutSeconds;
      expect(total).toBeGreaterThan(10 * 60);
      expect(total).toBeLessThanOrEqual(16 * 60);
    }
  });
});

describe('every failure', () => {
  it.each(tasks.filter(([id]) => !RESTORES.includes(id) && id !== DECIDED))(
    'of %s leads to a restore and from there to Fail',
    (_, { Catch = [] }) => {
      const failures = Catch.filter(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
      for (const { Next } of failures) {
        expect(RESTORES).toContain(Next);
        const after = [...reachable(deployed, Next)].filter((id) => ends.includes(id));
        expect(after.map((id) => stateOf(deployed, id).Type)).toEqual(after.map(() => 'Fail'));
      }
    },
  );

  it('keeps what failed in the state, beside what was known', () => {
    for (const [id, { Catch = [] }] of tasks) {
      const expected = id === STATES.validateModel ? '$' : id === DECIDED ? '$.bookkeeping' : '$.failure';
      expect([id, Catch.at(-1)?.ResultPath ?? '$']).toEqual([id, expected]);
    }
  });

  it('after promotion leads to the revert, before it to the abort', () => {
    const afterPromotion = reachable(deployed, STATES.watch, false);
    for (const [id, { Catch = [] }] of tasks.filter(([id]) => !RESTORES.includes(id) && id !== DECIDED))
      expect([id, Catch.at(-1)?.Next]).toEqual([
        id,
        afterPromotion.has(id) ? STATES.revertRollout : STATES.abortRollout,
      ]);
  });

  it('of a restore ends in Fail by a literal name', () => {
    for (const id of RESTORES) {
      const [{ Next } = { Next: '' }] = stateOf(deployed, id).Catch ?? [];
      expect(stateOf(deployed, Next)).toMatchObject({ Type: 'Fail', Error: 'RestoreFailed' });
    }
  });

  it('is named by the restore where the restore worked', () => {
    for (const id of [STATES.rolloutAborted, STATES.rolloutReverted])
      expect(stateOf(deployed, id)).toMatchObject({ ErrorPath: '$.failure.error', CausePath: '$.failure.cause' });
  });

  it('of the bookkeeping alone leaves a promoted model promoted', () => {
    const [{ Next } = { Next: '' }] = stateOf(deployed, DECIDED).Catch ?? [];
    expect(Next).toBe(STATES.howDidItEnd);
    const promoted = stateOf(deployed, Next).Choices?.find((choice) => choice.Next === STATES.rolloutPromoted);
    expect(JSON.stringify(promoted)).toContain('{"Variable":"$.phase","StringEquals":"promoted"}');
  });
});

describe('promotion', () => {
  const promote = STATES.promoteGreen;
  const asked = [
    STATES.whatComesAfterVerification,
    STATES.whatDidTheReplayShow,
    STATES.whatDidTheHookSayBeforeTraffic,
    STATES.whatDidTheJudgeSay,
    STATES.whatDidTheHookSayBeforePromotion,
  ];

  it('is reached by the answers promote and approve alone', () => {
    for (const id of asked)
      expect([...answersOf(deployed, id)].filter(([, next]) => next === promote)).toEqual([['promote', promote]]);
    const before = states.filter(([, state]) => nextOf(state).includes(promote)).map(([id]) => id);
    expect(before.sort()).toEqual([...asked, STATES.whatWasApproved].sort());
    expect(tasks.flatMap(([, { Catch = [] }]) => Catch.map(({ Next }) => Next))).not.toContain(promote);
  });

  it.each(asked)('is not what "%s" does by default', (id) => {
    expect(answersOf(deployed, id).get('')).toBe(STATES.abortRollout);
  });

  it('puts blue back when the answer after promotion is unknown', () => {
    expect(answersOf(deployed, STATES.isGreenStillGood)).toEqual(
      new Map([
        ['continue', STATES.watch],
        ['hook-after-promotion', STATES.callHookAfterPromotion],
        ['finish', STATES.finishRollout],
        ['', STATES.revertRollout],
      ]),
    );
    expect(answersOf(deployed, STATES.whatDidTheHookSayAfterPromotion)).toEqual(
      new Map([
        ['finish', STATES.finishRollout],
        ['', STATES.revertRollout],
      ]),
    );
  });

  it('goes on to nothing but the watch, and only a finished watch ends well', () => {
    expect(nextOf(stateOf(deployed, promote))).toEqual([STATES.watch]);
    expect(nextOf(stateOf(deployed, STATES.watch))).toEqual([STATES.judgeLive]);
  });

  it('follows an approval only where the answer is a clear yes, or silence means yes', () => {
    const { Choices = [], Default } = stateOf(deployed, STATES.wasItApproved);
    expect(Default).toBe(STATES.abortRollout);
    expect(Choices).toEqual([
      {
        And: [
          { Variable: '$.approval.approved', IsPresent: true },
          { Variable: '$.approval.approved', BooleanEquals: true },
        ],
        Next: STATES.whatWasApproved,
      },
      {
        And: [
          { Variable: '$.approval.Error', IsPresent: true },
          { Variable: '$.approval.Error', StringEquals: 'States.Timeout' },
          { Variable: '$.config.settings.approval.defaultAnswer', StringEquals: 'approve' },
        ],
        Next: STATES.whatWasApproved,
      },
    ]);
    // Before any traffic a yes leads to the canary, in it to a last look, and to nothing else.
    expect(stateOf(deployed, STATES.whatWasApproved)).toMatchObject({
      Choices: [
        {
          And: [
            { Variable: '$.phase', StringEquals: 'before-traffic' },
            { Variable: '$.plan.steps[0]', IsPresent: true },
            { Variable: '$.blue.model', IsPresent: true },
            { Not: { Variable: '$.blue.silent', IsPresent: true } },
          ],
          Next: STATES.shiftTraffic,
        },
        { Variable: '$.phase', StringEquals: 'canary', Next: STATES.judgeCanary },
      ],
      Default: promote,
    });
  });

  it('is not asked for twice when no answer comes', () => {
    const { Retry = [], Catch = [] } = stateOf(deployed, STATES.awaitApproval);
    expect(Retry[0]).toMatchObject({ MaxAttempts: 0 });
    expect(Retry[0]?.ErrorEquals).toContain('States.Timeout');
    expect(Catch[0]).toEqual({
      ErrorEquals: ['States.Timeout'],
      ResultPath: '$.approval',
      Next: STATES.wasItApproved,
    });
  });
});

describe('a canary of 15 minutes', () => {
  it('takes at most 60 transitions with the default settings', () => {
    const length = (from: string, to: string) => shortest(from, to).length;
    const look = length(STATES.bake, STATES.whatDidTheJudgeSay); // Bake, JudgeCanary, the question
    const watch = length(STATES.watch, STATES.isGreenStillGood);
    expect([look, watch]).toEqual([3, 3]);
    const entered =
      length(deployed.StartAt, STATES.shiftTraffic) +
      15 * look +
      length(STATES.promoteGreen, STATES.promoteGreen) +
      2 * watch +
      length(STATES.finishRollout, STATES.rolloutPromoted);
    expect(entered).toBe(61);
    expect(entered - 1).toBeLessThanOrEqual(60); // 61 states have 60 moves between them.
  });
});

type Retrier = NonNullable<ReturnType<typeof stateOf>['Retry']>[number];

/** The longest waits, in seconds. */
const waitsOf = ({
  IntervalSeconds = NaN,
  BackoffRate = NaN,
  MaxAttempts = NaN,
  MaxDelaySeconds = NaN,
}: Partial<Retrier> = {}) =>
  Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
  );

/** The states on a shortest way without failures, both ends included. */
function shortest(from: string, to: string): readonly string[] {
  const queue: (readonly string[])[] = [[from]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1) ?? '';
    if (last === to) return path;
    for (const next of nextOf(stateOf(deployed, last))) if (!path.includes(next)) queue.push([...path, next]);
  }
  throw new Error(`no way from ${from} to ${to}`);
}

/** PromoteGreen is the handler promote-green; both restores are one handler. */
function handlerOf(id: string): string {
  if (RESTORES.includes(id)) return 'restore-blue';
  if (id.startsWith('CallHook')) return 'call-hook';
  return id.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
}
