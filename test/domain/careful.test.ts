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

describe('a strategy that ends when it knows', () => {
  const AUTO = STRATEGY_PRESETS.Auto;
  const until = (
    works: readonly [weight: number, bakeMinutes: number],
    proof: readonly [weight: number, bakeMinutes: number],
  ): readonly StrategyStep[] => [
    { weight: works[0], bakeMinutes: works[1], until: 'works' },
    { weight: proof[0], bakeMinutes: proof[1], until: 'proof' },
  ];

  it.each([
    ['the 15 minutes at 10 %, which it looks at green for', STRATEGY_PRESETS.Canary10Percent15Minutes],
    ['smaller weights on the same conditions', until([5, 10], [25, 60])],
    ['10 % until there is proof', [{ weight: 10, bakeMinutes: 60, until: 'proof' as const }]],
    ['50 % after the half hour that it may take', steps([10, 30], [50, 10])],
  ])('lets an upload ask for %s', (_, chosen) => {
    expect(isAtLeastAsCareful(chosen, AUTO)).toBe(true);
  });

  it.each([
    ['five minutes and no more', STRATEGY_PRESETS.Canary10Percent5Minutes],
    ['a larger weight first', until([11, 30], [50, 30])],
    ['a larger weight last', until([10, 30], [51, 30])],
    ['50 % without the condition', [{ weight: 50, bakeMinutes: 60, until: 'proof' as const }]],
    ['50 % by time', steps([10, 15], [50, 15])],
    ['weights that grow by time', STRATEGY_PRESETS.Progressive],
  ])('does not let an upload ask for %s', (_, chosen) => {
    expect(isAtLeastAsCareful(chosen, AUTO)).toBe(false);
  });

  it('is less careful than one that gives as much for a fixed and longer time', () => {
    expect(isAtLeastAsCareful(AUTO, OWN)).toBe(false);
    expect(isAtLeastAsCareful([{ weight: 10, bakeMinutes: 60, until: 'proof' }], OWN)).toBe(false);
    expect(isAtLeastAsCareful(AUTO, steps([50, 5]))).toBe(true);
  });
});
