import * as z from 'zod';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { type HookCall, lambdaHookFunctions } from '../adapters/lambda/hook-functions';
import { type Made, ownClock } from '../adapters/sdk/context';
import { GreenUnhealthy } from '../contract/errors';
import { HOOK_SCHEMA_VERSION, hookAnswerSchema, type HookEvent, type HookResult, HOOKS } from '../contract/hooks';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../contract/names';
import { onOneLine, inOneMessage, problems } from '../contract/problems';
import { type RolloutState, rolloutStateSchema, type StateAfter } from '../contract/rollout-state';
import { formatModelAddress } from '../domain/rollout';
import { isoTime } from '../domain/minutes';
import { type Next, STATES } from '../domain/workflow';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { beforeUsers, noted } from './rollout/progress';

export const callHookInput = z.object({ hook: z.enum(HOOKS), state: rolloutStateSchema });
type CallHookInput = z.output<typeof callHookInput>;

export const callHookNeeds = {
  clock: ownClock,
  hookFunctions: lambdaHookFunctions,
  locks: dynamodbLocks,
  records: dynamodbRecords,
};
type Needs = Made<typeof callHookNeeds>;

type AfterHook = 'callHookBeforeTraffic' | 'callHookBeforePromotion' | 'callHookAfterPromotion';

const STATE_OF = {
  beforeTraffic: STATES.callHookBeforeTraffic,
  beforePromotion: STATES.callHookBeforePromotion,
  afterPromotion: STATES.callHookAfterPromotion,
} as const;

/** Of a crash; the rest is in the function's own log. */
const MAX_LOG_LINES = 5;
const MAX_MESSAGE = 500;

/**
 * Asks a function of the user's whether the rollout may go on. Only its clear `pass` leads on; what it says else, or
 * that it said nothing, is kept for the report. A call that is repeated has the same id.
 */
export async function callHook(ports: Needs, { hook, state }: CallHookInput): Promise<StateAfter<AfterHook>> {
  const { clock } = ports;
  const asked = state.config.settings.hooks[hook];
  if (asked === undefined) throw new GreenUnhealthy(`there is no function to ask at hooks.${hook}`);
  await renewOwnership(ports, state, asked.timeoutSeconds);
  const at = clock.now();
  const event = eventOf(hook, state, at, asked.timeoutSeconds);
  const called = await ports.hookFunctions.callHook(asked.function, event, asked.timeoutSeconds * 1000);
  const result: HookResult = {
    ...{ hook, function: asked.function, at: isoTime(at), seconds: (clock.now() - at) / 1000 },
    ...understood(called, asked.timeoutSeconds),
  };
  // An execution that was stopped while the function worked goes no further.
  await renewOwnership(ports, state);
  const decided = decide({ ...state, hooks: [...(state.hooks ?? []), result] }, result);
  const next = noted(decided, clock, STATE_OF[hook], inWords(result));
  await recordProgress(ports, next);
  return next;
}

function eventOf(hook: HookEvent['hook'], state: RolloutState, at: number, timeoutSeconds: number): HookEvent {
  const { id, executionArn, startedAt, plan, blue, green, preview, judgement, weights } = state;
  if (green.version === undefined) throw new GreenUnhealthy('there is no green version to ask about');
  const [, partition = 'aws', , region = '', account = ''] = executionArn.split(':');
  const arnOf = (qualifier: string) =>
    `arn:${partition}:lambda:${region}:${account}:function:${state.config.functionName}:${qualifier}`;
  const served = (version: string, model: RolloutState['green']['model']) => ({
    version,
    ...(model && { model: formatModelAddress(model) }),
    functionArn: arnOf(version),
  });
  return {
    schemaVersion: HOOK_SCHEMA_VERSION,
    id: `${id}/${hook}`,
    hook,
    at: isoTime(at),
    answerBefore: isoTime(at + timeoutSeconds * 1000),
    endpoint: state.endpoint,
    rollout: {
      ...{ id, executionArn, startedAt },
      ...{ startedBy: plan.startedBy, reason: plan.reason, dryRun: plan.dryRun },
    },
    ...(blue.model && { blue: served(blue.version, blue.model) }),
    green: served(green.version, green.model),
    live: { functionArn: arnOf(LIVE_ALIAS) },
    preview: { functionArn: arnOf(PREVIEW_ALIAS), ...(preview?.url !== undefined && { url: preview.url }) },
    traffic: { weight: weights.at(-1)?.weight ?? 0, ...(weights[0] && { since: weights[0].at }) },
    ...(judgement && { judgement: { verdict: judgement.verdict, reason: judgement.reason } }),
  };
}

function understood(call: HookCall, timeoutSeconds: number): Pick<HookResult, 'verdict' | 'reason' | 'numbers'> {
  const none = (reason: string) => ({
    verdict: 'no answer' as const,
    reason: onOneLine(reason.slice(0, 2 * MAX_MESSAGE)),
    numbers: [],
  });
  switch (call.kind) {
    case 'late':
      return none(`no answer came within ${timeoutSeconds} s (timeoutSeconds)`);
    case 'missing':
      return none(`it cannot be called: ${call.message}`);
    case 'crashed': {
      const log = call.log.slice(-MAX_LOG_LINES).join(' | ');
      return none(
        `it failed with ${call.error}: ${call.message.slice(0, MAX_MESSAGE)}${log && `; its log ends: ${log}`}`,
      );
    }
    case 'answered': {
      const answer = hookAnswerSchema.safeParse(call.answer);
      if (answer.success) return { ...answer.data, reason: onOneLine(answer.data.reason) };
      return none(`its answer is none: ${inOneMessage(problems(answer.error, '', call.answer))}`);
    }
  }
}

/** What follows: nothing but a pass, or a person where one is asked, leads on. */
function decide(state: RolloutState, result: HookResult): StateAfter<AfterHook> {
  const { hook, verdict } = result;
  const end = hook === 'afterPromotion' ? 'revert' : 'abort';
  const refused = (error: 'HookFailed' | 'HookError' | 'InsufficientEvidence'): StateAfter<AfterHook> => ({
    ...state,
    next: end,
    decidedBy: `hook ${hook}`,
    refusal: { error, cause: inWords(result) },
  });
  switch (verdict) {
    case 'pass':
      return { ...state, ...goesOn(hook, state) };
    case 'fail':
      return refused('HookFailed');
    case 'no answer':
      return refused('HookError');
    case 'inconclusive':
      // After promotion no one is waited for while green serves: blue is known to work.
      if (hook === 'afterPromotion' || !asksPeople(state)) return refused('InsufficientEvidence');
      return { ...state, asksPerson: true, ...goesOn(hook, { ...state, asksPerson: true }) };
  }
}

/** With how long a person is waited for, where one is asked. */
const goesOn = (hook: HookResult['hook'], state: RolloutState) => ({
  next: nextOf(hook, state),
  waitSeconds: state.config.settings.approval.timeoutMinutes * 60,
});

function nextOf(hook: HookResult['hook'], state: RolloutState): Next<AfterHook> {
  switch (hook) {
    case 'beforeTraffic':
    case 'beforePromotion': {
      if (state.phase !== 'before-traffic')
        return state.asksPerson === true || state.config.settings.approval.mode === 'before-promote'
          ? 'approve'
          : 'promote';
      const after = beforeUsers(state);
      // It has been called: what it said is in the state.
      return after === 'hook-before-traffic' ? 'abort' : after;
    }
    case 'afterPromotion':
      return 'finish';
  }
}

const asksPeople = ({ config: { settings } }: RolloutState): boolean =>
  settings.approval.mode !== 'none' || settings.onInsufficientEvidence.then === 'hold';

/** "hook beforeTraffic (check-green): fail after 12 s: 3 of 40 smoke tests fail; failing tests 3 (limit 0)". */
function inWords({ hook, function: name, verdict, reason, numbers, seconds }: HookResult): string {
  const told = numbers.map(
    ({ name: what, value, limit, unit = '' }) =>
      `${what} ${value}${unit && ` ${unit}`}${limit === undefined ? '' : ` (limit ${limit}${unit && ` ${unit}`})`}`,
  );
  return [`hook ${hook} (${name}): ${verdict} after ${Math.round(seconds)} s: ${reason}`, ...told].join('; ');
}
