import {
  STRATEGY_PRESETS,
  STRATEGY_PRESET_NAMES,
  type StrategyPreset,
  type StrategyStep,
  isAtLeastAsCareful,
} from '../../lambdas/domain/strategy';

const steps = (...all: readonly (readonly [weight: number, bakeMinutes: number])[]): readonly StrategyStep[] =>
  all.map(([weight, bakeMinutes]) => ({ weight, bakeMinutes }));
const OWN = STRATEGY_PRESETS.Canary10Percent15Minutes;

it.each([
  ['the same', steps([10, 15])],
  ['longer', steps([10, 60])],
  ['a smaller weight', steps([1, 15])],
  ['a smaller weight first', steps([5, 5], [10, 10])],
])('%s is as careful', (_, chosen) => {
  expect(isAtLeastAsCareful(chosen, OWN)).toBe(true);
});

it.each([
  ['all at once', []],
  ['shorter', steps([10, 14])],
  ['a larger weight', steps([11, 15])],
  ['99 %', steps([99, 15])],
  ['99 % for a week', steps([99, 10_080])],
  ['99 % after as long as the own lasts, without the proof that it asks for', steps([10, 15], [99, 1])],
  ['many weights', STRATEGY_PRESETS.Progressive],
])('%s is not', (_, chosen) => {
  expect(isAtLeastAsCareful(chosen, OWN)).toBe(false);
});

it('compares minute by minute', () => {
  const own = steps([5, 10], [50, 10]);
  expect(isAtLeastAsCareful(steps([5, 10], [50, 10]), own)).toBe(true);
  expect(isAtLeastAsCareful(steps([5, 10], [20, 10]), own)).toBe(true);
  expect(isAtLeastAsCareful(steps([5, 9], [50, 11]), own)).toBe(false);
  expect(isAtLeastAsCareful(steps([6, 20]), own)).toBe(false);
  expect(isAtLeastAsCareful(steps([5, 10], [51, 10]), own)).toBe(false);
});

it('holds of each preset beside itself, and of all beside AllAtOnce', () => {
  for (const name of STRATEGY_PRESET_NAMES) {
    expect(isAtLeastAsCareful(STRATEGY_PRESETS[name], STRATEGY_PRESETS[name])).toBe(true);
    expect(isAtLeastAsCareful(STRATEGY_PRESETS[name], [])).toBe(true);
    expect(isAtLeastAsCareful([], STRATEGY_PRESETS[name])).toBe(name === ('AllAtOnce' satisfies StrategyPreset));
  }
});
