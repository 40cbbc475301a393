import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import type { Dice } from './dice';
import type { Incidents } from './incidents';
import type { FaultPlan, ReplayPlan } from './plan';

export interface DrawnReplay {
  readonly replay: ReplayPlan;
  readonly settings: Partial<EndpointSettingsInput>;
}

/** Requests to replay, in one endpoint of six: fewer than a proof takes, about so many, and more. */
export function drawReplay(dice: Dice, asked: boolean): DrawnReplay {
  const replays = dice.chance(0.17) || asked;
  const captured = dice.pick([0, 0, 60, 900]);
  const replay = { samples: dice.pick(captured > 0 ? [0, 300, 900] : [120, 900, 1500]), captured };
  const labelled = dice.chance(0.3);
  if (!replays)
    return { replay: { samples: 0, labelled, captured: 0 }, settings: { captureSampleRate: 0, replay: {} } };
  return {
    replay: { ...replay, labelled },
    settings: {
      captureSampleRate: captured > 0 ? 0.01 : 0,
      replay: {
        mode: dice.pick(['auto', 'auto', 'required']),
        minutes: dice.pick([2, 6, 15]),
        onDisagreement: dice.pick(['ask', 'ask', 'reject']),
      },
    },
  };
}

/** In the middle of a replay its step dies, hangs, or is stopped, or its calls of both versions fail or take long. */
export function drawReplayFaults(dice: Dice): Pick<FaultPlan, 'crashes' | 'stops'> & Pick<Incidents, 'replayCalls'> {
  const call = () => dice.pick([1, 4, 12, 60, dice.int(100, 400), dice.int(400, 2_000)]);
  const handler = 'replay-traffic';
  const some = <T>(share: number, most: number, make: () => T): readonly T[] =>
    dice.chance(share) ? dice.times(dice.int(1, most), make) : [];
  return {
    crashes: some(0.4, 3, () => ({ handler, call: call(), how: dice.pick(['step crashed', 'step timed out']) })),
    stops: some(0.2, 1, () => ({
      ...{ how: dice.pick(['execution stopped', 'execution timed out']), at: 'call', handler, call: call() },
      ...{ side: dice.pick(['before', 'after']), thenMs: dice.pick([0, 5_000]) },
    })),
    replayCalls: some(0.6, 2, () => ({
      how: dice.pick(['call refused', 'throttling burst', 'answer lost', 'slow call', 'slow call']),
      first: call(),
      count: dice.pick([1, 3, 12, 60, 400]),
      ms: dice.pick([2_000, 5_000, 20_000]),
    })),
  };
}
