import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { STATES } from '../domain/workflow';
import { GreenUnhealthy } from '../contract/errors';
import { secondsUntilNextLook } from '../domain/looks';
import { canaryStretch } from '../domain/stretches';
import { bakeInWords, minutesOfStep } from '../domain/strategy';
import { firstWholeMinute, floorMinute, isoTime } from '../domain/minutes';
import { trafficShifted } from './announcements/transitions';
import { answeredYes, approvedInWords, noted } from './rollout/progress';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { writeAlias } from './rollout/write-alias';

export const shiftTrafficNeeds = {
  clock: ownClock,
  liveAlias: lambdaLiveAlias,
  locks: dynamodbLocks,
  records: dynamodbRecords,
};
type Needs = Made<typeof shiftTrafficNeeds>;

/** Gives green the next share of live traffic: one write of the alias, blue and green's weight together. */
export async function shiftTraffic(ports: Needs, state: RolloutState): Promise<StateAfter<'shiftTraffic'>> {
  const { clock } = ports;
  const index = state.canary === undefined ? 0 : state.canary.step + 1;
  const step = state.plan.steps[index];
  const green = state.green.version;
  if (step === undefined || green === undefined) {
    throw new GreenUnhealthy(`step ${index + 1} of ${state.plan.steps.length}: there is no such step, or no green`);
  }
  await renewOwnership(ports, state);
  await recordProgress(ports, { ...state, phase: 'canary' }, ...answeredYes(clock, state));
  const before = clock.now();
  const written = await writeAlias(ports, state, {
    version: state.blue.version,
    canary: { version: green, weight: step.weight },
  });

  const now = clock.now();
  const from = firstWholeMinute(now);
  const windows = [
    ...closed(state.canary?.windows ?? [], floorMinute(before)),
    { from: isoTime(from), weight: step.weight },
  ];
  const canary = { extendedMinutes: 0, leftOut: [], ...state.canary, step: index, windows };
  const bakeMinutes = minutesOfStep(state.plan.steps, windows);
  const waitSeconds = secondsUntilNextLook(now, canaryStretch({ ...state, canary }, bakeMinutes), state.endpoint);
  await renewOwnership(ports, state, waitSeconds);
  const shifted: StateAfter<'shiftTraffic'> = {
    ...written,
    phase: 'canary',
    waitSeconds,
    next: 'continue',
    canary,
    // Who was asked about what was found before traffic has said yes.
    asksPerson: undefined,
    weights: [...state.weights, { at: isoTime(now), weight: step.weight }],
  };
  const result = noted(
    shifted,
    clock,
    STATES.shiftTraffic,
    `step ${index + 1} of ${state.plan.steps.length}: ${step.weight} % on version ${green} ` +
      `${bakeInWords({ ...step, bakeMinutes })}${approvedInWords(state)}`,
  );
  await recordProgress(ports, result, trafficShifted(clock, result, index));
  return result;
}

type Windows = NonNullable<RolloutState['canary']>['windows'];

/** The minute in which the weight changes belongs to neither weight. */
function closed(windows: Windows, shiftMinute: number): Windows {
  return windows.map((window) => (window.until === undefined ? { ...window, until: isoTime(shiftMinute) } : window));
}
