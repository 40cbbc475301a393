/** The tasks, choices and ends of the state machine, as the console shows them. */
export const STATES = {
  validateModel: 'ValidateModel',
  deployGreen: 'DeployGreen',
  isItAlreadyLive: 'Is it already live?',
  verifyGreen: 'VerifyGreen',
  whatComesAfterVerification: 'Does it need a canary?',
  replayTraffic: 'ReplayTraffic',
  whatDidTheReplayShow: 'What did the replay show?',
  callHookBeforeTraffic: 'CallHookBeforeTraffic',
  whatDidTheHookSayBeforeTraffic: 'What did the hook say before traffic?',
  shiftTraffic: 'ShiftTraffic',
  bake: 'Bake',
  judgeCanary: 'JudgeCanary',
  whatDidTheJudgeSay: 'What did the judge say?',
  callHookBeforePromotion: 'CallHookBeforePromotion',
  whatDidTheHookSayBeforePromotion: 'What did the hook say before promotion?',
  awaitApproval: 'AwaitApproval',
  wasItApproved: 'Was it approved?',
  whatWasApproved: 'What was approved?',
  promoteGreen: 'PromoteGreen',
  watch: 'Watch',
  judgeLive: 'JudgeLive',
  isGreenStillGood: 'Is green still good?',
  callHookAfterPromotion: 'CallHookAfterPromotion',
  whatDidTheHookSayAfterPromotion: 'What did the hook say after promotion?',
  discardGreen: 'DiscardGreen',
  finishRollout: 'FinishRollout',
  howDidItEnd: 'How did it end?',
  rolloutPromoted: 'RolloutPromoted',
  alreadyLive: 'AlreadyLive',
  dryRunPassed: 'DryRunPassed',
  abortRollout: 'AbortRollout',
  rolloutAborted: 'RolloutAborted',
  revertRollout: 'RevertRollout',
  rolloutReverted: 'RolloutReverted',
  isBlueStillLive: 'Is blue still live?',
  isBlueLiveAgain: 'Is blue live again?',
  rolloutNotRestored: 'RolloutNotRestored',
} as const;

type StateKey = keyof typeof STATES;
export type StateName = (typeof STATES)[StateKey];
/** Where a line of a rollout's timeline was noted: in a state, or by who closes what the state machine left. */
export type NotedBy = StateName | 'SafetyNet' | 'Reconciler';

/**
 * What each state that decides may ask for next: nothing else compiles in its step, and the question behind it in the
 * state machine (lib/workflow) must lead every word of it somewhere.
 */
const NEXT = {
  validateModel: ['verify', 'already-live'],
  deployGreen: ['verify', 'already-live'],
  verifyGreen: ['replay', 'hook-before-traffic', 'hook-before-promotion', 'canary', 'promote', 'approve', 'discard'],
  replayTraffic: [
    'continue',
    'hook-before-traffic',
    'hook-before-promotion',
    'canary',
    'promote',
    'approve',
    'discard',
    'abort',
  ],
  callHookBeforeTraffic: ['hook-before-promotion', 'canary', 'promote', 'approve', 'discard', 'abort'],
  shiftTraffic: ['continue'],
  judgeCanary: ['continue', 'next-weight', 'hook-before-promotion', 'approve', 'promote', 'abort'],
  callHookBeforePromotion: ['approve', 'promote', 'abort'],
  promoteGreen: ['continue'],
  judgeLive: ['continue', 'hook-after-promotion', 'finish', 'revert'],
  callHookAfterPromotion: ['finish', 'revert'],
} as const satisfies Partial<Record<StateKey, readonly string[]>>;

export type DecidingState = keyof typeof NEXT;
export type Next<S extends DecidingState = DecidingState> = (typeof NEXT)[S][number];
export const NEXT_WORDS: readonly Next[] = [...new Set(Object.values(NEXT).flat())];
