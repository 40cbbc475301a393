import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import type { Strategy } from '../../../lambdas/domain/strategy';
import type { Dice } from './dice';

/** What the templates grant roles for; a run switches parts of it off. */
export const GOLDEN_KEY = 'golden/rows.json';
export const VETO_ALARM = 'shop-is-broken';

export function drawStrategy(dice: Dice): Strategy {
  return dice.weighted<Strategy>([
    ['Canary10Percent5Minutes', 5],
    [{ steps: [{ weight: 10, bakeMinutes: 2 }] }, 3],
    [
      {
        steps: [
          { weight: 5, bakeMinutes: 2 },
          { weight: 50, bakeMinutes: 2 },
        ],
      },
      2,
    ],
    ['AllAtOnce', 2],
    ['Linear10PercentEvery1Minute', 0.5],
    ['Canary10Percent15Minutes', 0.5],
  ]);
}

/** The default strategy, which ends when it knows; or the same in less time, so that runs end. */
function drawAuto(dice: Dice): Strategy {
  return dice.weighted<Strategy>([
    ['Auto', 3],
    [
      {
        steps: [
          { weight: 10, bakeMinutes: 6, until: 'works' },
          { weight: 50, bakeMinutes: 8, until: 'proof' },
        ],
      },
      2,
    ],
    [{ steps: [{ weight: 20, bakeMinutes: 12, until: 'proof' }] }, 1],
  ]);
}

export function drawSettings(dice: Dice): Partial<EndpointSettingsInput> {
  const fixed = drawStrategy(dice);
  // Dice of its own, so that what is drawn for the others stays as it was.
  const auto = dice.for('auto');
  return {
    strategy: auto.chance(0.25) ? drawAuto(auto) : fixed,
    watchUntilMinutes: auto.pick([0, 6, 15]),
    onInsufficientEvidence: {
      extendMinutes: dice.pick([0, 3]),
      then: dice.weighted<'abort' | 'hold' | 'promote'>([
        ['abort', 7],
        ['hold', 2],
        ['promote', 1],
      ]),
    },
    watchMinutes: dice.int(0, 3),
    approval: {
      mode: dice.chance(0.15) ? 'before-promote' : 'none',
      timeoutMinutes: dice.int(2, 20),
      defaultAnswer: dice.pick(['approve', 'reject']),
    },
    rollbackWindowMinutes: dice.pick([0, 10, 60, 1440]),
    keepVersions: dice.pick([1, 2, 5]),
    keepBlueWarm: dice.chance(0.3),
    provisionedConcurrency: dice.chance(0.15) ? 1 : 0,
    goldenSet: dice.chance(0.3) ? { key: GOLDEN_KEY } : undefined,
    vetoAlarms: dice.chance(0.15) ? [VETO_ALARM] : [],
    whileBusy: dice.pick(['latest', 'latest', 'reject']),
  };
}
