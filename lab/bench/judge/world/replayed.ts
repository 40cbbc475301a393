import { afterReplay, SHORT_CANARY } from '../../../../lambdas/domain/gates/gates';
import { rhythmAfterProof } from '../../../../lambdas/domain/looks';
import { judgePairs } from '../../../../lambdas/domain/judge/paired/judge-pairs';
import { CLASS_SHARES, type SimulatedRegression } from '../simulate/setting';
import { seeded } from '../../../../simulator/draws';
import { pairsOf, type PairedWorld } from './pairs';
import { rolloutIn, SETTINGS, type SimulatedRollout, type UnsteadyWorld } from './rollouts';
import { usualErrorsOf } from './world';

/** How a rollout with a day's replay ends, and when: minutes of evidence of the canary, after the replay. */
export interface ReplayedRollout {
  /** `refused`: by the replay, before any user. `asked`: a person decides on answers that differ. */
  readonly ends: SimulatedRollout['ends'] | 'refused' | 'asked';
  readonly minutes: number;
  /** Pairs until the replay decided, or all of them. */
  readonly pairs: number;
  readonly proven: boolean;
}

/** What was captured in a day at `captureSampleRate: auto`, or is drawn from it. */
const MOST_PAIRS = SETTINGS.replay.pairs;
const MINUTES_OF_DAY = 1440;

/**
 * Both versions answer a day's requests, and live traffic then excludes what no replay shows; as the app does it, step
 * by step.
 */
export function replayedRolloutIn(world: UnsteadyWorld, seed: number, run: number): ReplayedRollout {
  const planned = Math.min(MOST_PAIRS, Math.floor(world.requestsPerMinute * MINUTES_OF_DAY));
  // The same stream that draws the canary's world.
  const failing = usualErrorsOf(seeded(seed, run));
  const pairs = pairsOf({ failing, shares: CLASS_SHARES, ...worse(world.regression) }, seed * 10_000 + run, planned);
  const { falseAlarmRate, missRate, gates } = SETTINGS;
  const judged = judgePairs(pairs, { falseAlarmRate, missRate, gates, planned });
  const halved = { ...SETTINGS, falseAlarmRate: falseAlarmRate / 2 };
  const about = { pairs: judged.pairs, proven: judged.verdict === 'pass' };
  switch (judged.verdict) {
    case 'fail':
      return { ends: judged.gate === 'predictions' ? 'asked' : 'refused', minutes: 0, ...about };
    case 'pass': {
      const settings = { ...halved, gates: afterReplay(gates) };
      const rhythm = rhythmAfterProof(world.requestsPerMinute);
      return { ...rolloutIn(world, { steps: [SHORT_CANARY] }, seed, run, { settings, rhythm }), ...about };
    }
    case 'continue': {
      const replayed = Object.fromEntries(
        judged.gates
          .filter(({ gate, tests }) => gate !== 'accuracy' && tests.some(({ pairs: of }) => of > 0))
          .map(({ gate, logNoHarm }) => [gate, logNoHarm]),
      );
      return { ...rolloutIn(world, SETTINGS.strategy, seed, run, { settings: halved, replayed }), ...about };
    }
  }
}

function worse(regression: SimulatedRegression): PairedWorld {
  switch (regression.type) {
    case 'total':
      return { failingMore: 1 };
    case 'errpp':
      return { failingMore: regression.pp };
    case 'lat':
      return { slower: regression.x };
    case 'tail':
      return { slowTail: { share: regression.f, factor: 4 } };
    case 'drift':
      return { moved: regression.d };
    default:
      return {};
  }
}
