import * as z from 'zod';
import type { RolloutState } from '../../contract/rollout-state';
import type { HookName } from '../../contract/hooks';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import type { Next, NotedBy } from '../../domain/workflow';
import type { Clock } from '../../adapters/sdk/context';
import { onOneLine } from '../../contract/problems';
import type { TransitionEvent } from '../../contract/transition-event';
import { approvalAnswered } from '../announcements/transitions';

/** The timeline is for people; 300 entries are a long rollout, and the state must stay far below 256 KiB. */
const MAX_TIMELINE = 300;

/** A first model has no blue, and a blue that answers nothing can be compared with nothing: no canary and no watch. */
export const comparable = ({ blue }: Pick<RolloutState, 'blue'>): boolean =>
  blue.model !== undefined && blue.silent === undefined;

/** The state with one more line in its timeline. */
export function noted<S extends RolloutState>(state: S, clock: Clock, where: NotedBy, note: string): S {
  const entry = { at: isoTime(clock.now()), state: where, note };
  const kept = state.timeline.length < MAX_TIMELINE ? state.timeline : state.timeline.slice(-MAX_TIMELINE + 1);
  return { ...state, timeline: [...kept, entry] };
}

/**
 * The first model of an endpoint, a green whose blue did not answer, and a rollback have no blue that they could be
 * compared with in a watch, or that users would be better off with.
 */
export const watches = (state: RolloutState): boolean =>
  state.config.settings.watchMinutes > 0 && comparable(state) && state.plan.action === 'rollout';

/** Minutes of the watch, which the promotion has fixed, and as many more as were lost. */
export const watchMinutesOf = ({ config, watch }: Pick<RolloutState, 'config' | 'watch'>): number =>
  (watch?.minutes ?? config.settings.watchMinutes) + (watch?.added ?? 0);

/** What an endpoint's settings say of replaying; a function of one's own may do more than answer, and must be named. */
export const replayMode = ({ builtIn, settings }: RolloutState['config']): 'auto' | 'required' | 'off' =>
  settings.replay.mode ?? (builtIn ? 'auto' : 'off');

/** Where there are requests to replay. */
function replays(state: RolloutState): boolean {
  const { config, plan, replay } = state;
  if (!comparable(state) || plan.action !== 'rollout' || replay?.verdict !== undefined) return false;
  const hasSource = config.settings.captureSampleRate !== 0 || state.samples !== undefined;
  switch (replayMode(config)) {
    case 'off':
      return false;
    case 'required':
      return true;
    case 'auto':
      return hasSource;
  }
}

/** A canary compares with a blue that answers, and needs a weight to give. A dry run has none. */
export const canaryComes = (state: RolloutState): boolean =>
  comparable(state) && state.plan.steps.length > 0 && !state.plan.dryRun;

/**
 * A verified green goes on: to a replay, if there is one to come; to a person, who may want to see it before any user
 * does; to a canary, if one comes. A rollback to a version that was live lately needs none of them.
 */
export const afterVerification = (state: RolloutState): Next<'verifyGreen'> =>
  replays(state) ? 'replay' : beforeUsers(state);

/** A hook that is set and has not been called. A rollback asks none: the way back is open whatever they say. */
export const hookIsDue = ({ config, hooks = [], plan }: RolloutState, hook: HookName): boolean =>
  plan.action === 'rollout' && config.settings.hooks[hook] !== undefined && !hooks.some((one) => one.hook === hook);

/**
 * What is left before the first user, once green is verified and requests were replayed: hooks first, so that people
 * who are asked know what they say; then people; then users.
 */
export function beforeUsers(state: RolloutState): Exclude<Next<'verifyGreen'>, 'replay'> {
  if (hookIsDue(state, 'beforeTraffic')) return 'hook-before-traffic';
  if (state.plan.dryRun) return 'discard';
  const comes = canaryComes(state);
  // Without a canary this is the promotion.
  if (!comes && hookIsDue(state, 'beforePromotion')) return 'hook-before-promotion';
  const { mode } = state.config.settings.approval;
  const asked = state.asksPerson === true || (state.plan.action === 'rollout' && mode === 'before-traffic');
  if (asked) return 'approve';
  if (comes) return 'canary';
  return state.plan.action === 'rollout' && mode === 'before-promote' ? 'approve' : 'promote';
}

/** People write at length, and forget quotes: that must not turn their answer into none. */
const remark = (most: number) =>
  z
    .string()
    .transform((text) => onOneLine(text.slice(0, most)))
    .optional()
    .catch(undefined);

/** What a person sends to the task token. */
const approvalAnswer = z.object({
  approved: z.boolean(),
  by: remark(200),
  reason: remark(1000),
});
export type ApprovalAnswer = z.output<typeof approvalAnswer>;

/** A person's answer; undefined when there was none, or none that can be read. */
export const approvalAnswerOf = (value: unknown): ApprovalAnswer | undefined => approvalAnswer.safeParse(value).data;

/** The person who answered is the one who decided, kept as `decidedBy`. */
export const decidedByAnswer = (answer: Omit<ApprovalAnswer, 'approved'> | undefined): string =>
  answer === undefined
    ? 'default answer of the approval'
    : `person: ${answer.by ?? 'a person'}${answer.reason ? ` (${answer.reason})` : ''}`;

/** "; approved by person: ada (looks right)" in the first step after a yes, else nothing. */
export const approvedInWords = ({ next, approval }: Pick<RolloutState, 'approval' | 'next'>): string =>
  next === 'approve' ? `; approved by ${decidedByAnswer(approvalAnswerOf(approval))}` : '';

/** Announced by the first step after a yes. */
export const answeredYes = (clock: Clock, state: RolloutState): readonly TransitionEvent[] =>
  state.next === 'approve'
    ? [approvalAnswered(clock, state, true, decidedByAnswer(approvalAnswerOf(state.approval)))]
    : [];

/** Blue's share of all traffic, 0 to 1, in the minute so long before this one; of a minute with a shift its mean. */
export function blueShare({ weights }: RolloutState, minute: string, earlier: number): number {
  const from = Date.parse(minute) - earlier * MINUTE_MS;
  const until = from + MINUTE_MS;
  const within = (at: number) => Math.min(until, Math.max(from, at));
  return weights.reduce((share, { at, weight }, index) => {
    const next = weights[index + 1];
    const span = within(next === undefined ? Infinity : Date.parse(next.at)) - within(Date.parse(at));
    return share - ((weight / 100) * span) / MINUTE_MS;
  }, 1);
}
