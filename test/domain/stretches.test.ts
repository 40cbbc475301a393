import { looksIn, lookThatSees, nextLook, secondsUntilNextLook, type Stretch } from '../../lambdas/domain/looks';
import {
  firstWholeMinute,
  floorMinute,
  isoTime,
  MINUTE_MS,
  SETTLE_MS,
  settledUntil,
} from '../../lambdas/domain/minutes';
import {
  canaryStretch,
  earlyInCanary,
  earlyLooks,
  paceOf,
  rhythmOf,
  transitionsOf,
  watchStretch,
} from '../../lambdas/domain/stretches';
import { minutesOfStep, minutesOfWatch, STRATEGY_PRESETS, type StrategyStep } from '../../lambdas/domain/strategy';

const planned = (steps: readonly StrategyStep[], chunks = 0) => ({
  config: { settings: {} },
  plan: { steps },
  control: 0,
  replay: { chunks },
});
const baking = (...minutes: readonly number[]): readonly StrategyStep[] =>
  minutes.map((bakeMinutes, index) => ({ weight: index + 1, bakeMinutes }));

describe('after a shift', () => {
  const from = 1_800_000_000_000;
  /**
   * Minutes after \`from\` of all looks until three of its minutes are seen, when the shift was written in the minute
   * before.
   */
  const minutesOf = (early: readonly number[]) => {
    const looks: number[] = [];
    for (let now = from - MINUTE_MS; now < from + 4 * MINUTE_MS; looks.push(Math.floor((now - from) / MINUTE_MS)))
      now += secondsUntilNextLook(now, { from, minutes: 30, early }, 'digits') * 1000;
    return looks;
  };

  it('looks as the last minutes of the weight before settle, and not as that of the shift does', () => {
    const auto = planned(STRATEGY_PRESETS.Auto);
    expect(minutesOf(earlyInCanary(auto, 1))).toEqual([0, 1, 3, 4]);
    expect(minutesOf(earlyInCanary(auto, 0))).toEqual([3, 4]);
  });

  const promotedAfter = (minutes: readonly number[], control?: number) => {
    let at = from;
    const windows = minutes.map((baked) => {
      const window = { from: isoTime(at), until: isoTime(at + baked * MINUTE_MS + SETTLE_MS) };
      at = Date.parse(window.until) + MINUTE_MS;
      return window;
    });
    return earlyLooks(at, { ...planned(baking(...minutes)), canary: { windows }, control }, 1);
  };

  it('looks at the canary once more after the promotion, and asks both versions where they can be asked', () => {
    expect(promotedAfter([5], 0)).toEqual([-2, -1, 0]);
    expect(promotedAfter([5])).toEqual([-2, -1]);
    expect(promotedAfter([1, 4], 0)).toEqual([-2, -1, 0]);
  });

  it('keeps one that sees all of it where sixty transitions leave no room for more', () => {
    expect([14, 15, 16].map((minutes) => promotedAfter([minutes], 0))).toEqual([[-1], [-1], [-2, -1, 0]]);
    expect(promotedAfter([13], 0)).toEqual([-1, 0]);
  });

  it('asks both where there was no canary', () => {
    const before = planned([]);
    expect(earlyLooks(from, before, 5)).toEqual([-1, 0]);
    expect(earlyLooks(from, { ...before, control: undefined }, 5)).toEqual([]);
  });
});

describe('after a proof by replay', () => {
  it('looks each minute until the fifth, and then when green has a third more to show', () => {
    const seen = [0];
    while (seen.at(-1)! < 120) seen.push(nextLook(seen.at(-1)!, 120, { rhythm: 'after-proof' }));
    expect(seen.slice(1)).toEqual([1, 2, 3, 4, 5, 7, 10, 14, 19, 26, 36, 49, 67, 91, 120]);
  });

  it('keeps these looks for one that comes between them, as a step that is tried again does', () => {
    const next = (minutes: number) => nextLook(minutes, 120, { rhythm: 'after-proof' });
    expect([6, 11, 15, 18, 40, 68, 90].map(next)).toEqual([7, 14, 19, 19, 49, 91, 91]);
  });

  const after = (perMinute: number, minutes: number, verdict = 'proven', chunks = 1) => {
    const at = (minute: number) => isoTime(minute * MINUTE_MS);
    const window = { from: at(0), until: at(minutes + SETTLE_MS / MINUTE_MS) };
    const baseline = [{ blue: { invocations: perMinute } }, { blue: { invocations: perMinute } }];
    const short = { weight: 50, bakeMinutes: 120, until: 'proof' as const };
    return { ...planned([short]), canary: { windows: [window], baseline: { baseline } }, replay: { verdict, chunks } };
  };

  it('does so at quiet endpoints alone, and only after a proof', () => {
    expect(rhythmOf(after(99, 10))).toBe('after-proof');
    expect(rhythmOf(after(100, 10))).toBe('usual');
    expect(rhythmOf(after(20, 10, 'unproven'))).toBe('usual');
    const alarms = (...vetoAlarms: readonly string[]) => ({ ...after(20, 10), config: { settings: { vetoAlarms } } });
    expect([rhythmOf(alarms()), rhythmOf(alarms('checkout-broken'))]).toEqual(['after-proof', 'usual']);
    expect(rhythmOf({ ...planned([]), canary: { windows: [] } })).toBe('usual');
  });

  it.each([
    [1, 91],
    [3, 49],
    [8, 19],
  ])(
    'takes at most 60 transitions, with %i chunks of replay up to %i minutes of live traffic and a minute of watch',
    (chunks, most) => {
      for (let minutes = 1; minutes <= most; minutes += 1) {
        const at = lookThatSees(minutes, 120, paceOf(after(20, 1, 'proven', chunks)));
        const before = after(20, at, 'proven', chunks);
        const promotedAt = Date.parse(before.canary.windows[0]!.until) + MINUTE_MS;
        const inCanary = looksIn(at, 120, 0, paceOf(before));
        const looks = inCanary + earlyLooks(promotedAt, { ...before, control: undefined }, 1).length + 1;
        expect(transitionsOf({ weights: 1, looks, chunks })).toBeLessThanOrEqual(60);
      }
    },
  );
});

describe('a rollout with at most a quarter of an hour of evidence', () => {
  /** Looks of a rollout that bakes so many minutes at each weight, as the steps wait for them; all else is usual. */
  function rolloutOf(steps: readonly StrategyStep[], bakes: readonly number[], chunks: number) {
    const state = planned(steps, chunks);
    const begin = 1_800_000_000_000 + 30_000;
    const windows: { from: string; until?: string }[] = [];
    const looks: number[] = [];
    let now = begin;
    /** Looks until `enough` minutes have been seen, and answers how many were. */
    const lookedAt = (stretch: Stretch, enough: number): number => {
      for (;;) {
        now += secondsUntilNextLook(now, stretch, 'digits') * 1000;
        looks.push(now);
        const seen = (settledUntil(now) - stretch.from) / MINUTE_MS;
        if (seen >= enough) return seen;
      }
    };
    const seen = bakes.map((enough) => {
      windows.push({ from: isoTime(firstWholeMinute(now)) });
      const minutes = lookedAt(canaryStretch({ ...state, canary: { windows } }, minutesOfStep(steps, windows)), enough);
      windows.push({ ...windows.pop()!, until: isoTime(floorMinute(now)) });
      return minutes;
    });
    const from = firstWholeMinute(now);
    const settings = { watchMinutes: 1, watchUntilMinutes: 15 };
    const minutes = minutesOfWatch(steps, settings, bakes.length === 0 ? 0 : (from - begin) / MINUTE_MS);
    const canary = bakes.length === 0 ? {} : { canary: { windows } };
    lookedAt(watchStretch({ ...state, ...canary }, { from: isoTime(from), minutes }, minutes), minutes);
    return {
      baked: seen.reduce((sum, one) => sum + one, 0),
      transitions: transitionsOf({ weights: bakes.length, looks: looks.length, chunks }),
      /** Minutes between a look and the one before. */
      gaps: looks.slice(1).map((look, index) => Math.round((look - looks[index]!) / MINUTE_MS)),
    };
  }

  /** All ways in which so many parts make up the minutes. */
  const splits = (minutes: number, parts: number): (readonly number[])[] =>
    parts === 1
      ? [[minutes]]
      : Array.from({ length: minutes - parts + 1 }, (_, index) =>
          splits(minutes - index - 1, parts - 1).map((rest) => [index + 1, ...rest]),
        ).flat();
  const allOf = (minutes: number, most: number) =>
    Array.from({ length: Math.min(minutes, most) }, (_, index) => splits(minutes, index + 1)).flat();
  const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1);

  const { Auto, ...fixed } = STRATEGY_PRESETS;
  const THREE: readonly StrategyStep[] = [{ weight: 5, bakeMinutes: 12, until: 'works' }, ...Auto];
  const SHORT: readonly StrategyStep[] = [
    { weight: 10, bakeMinutes: 5, until: 'works' },
    { weight: 50, bakeMinutes: 10, until: 'proof' },
  ];
  const PLANS: Readonly<Record<string, readonly (readonly [readonly StrategyStep[], readonly number[]])[]>> = {
    'each preset': Object.values(fixed).map((steps) => [steps, steps.map(({ bakeMinutes }) => bakeMinutes)]),
    'Auto, however long each weight lasts': upTo(60).flatMap((all) =>
      splits(all, 2).map((some) => [Auto, some] as const),
    ),
    'two of a quarter of an hour that may end early': upTo(15).flatMap((all) =>
      // What the first leaves of its five minutes is the second's; two more are over until its last has settled.
      splits(all, 2).flatMap((some) =>
        some[0]! > 5 || some[1]! > 10 + Math.max(0, 3 - some[0]!) ? [] : [[SHORT, some] as const],
      ),
    ),
    'three weights that may end early': upTo(15).flatMap((all) => splits(all, 3).map((some) => [THREE, some] as const)),
    'one to four steps': upTo(15).flatMap((all) => allOf(all, 4).map((some) => [baking(...some), some] as const)),
  };

  describe.each(Object.entries(PLANS))('%s', (_, plans) => {
    it.each([0, 1, 2, 3])('has 60 transitions at most with %i chunks of replay', (chunks) => {
      const rollouts = plans.map(([steps, bakes]) => ({ bakes, ...rolloutOf(steps, bakes, chunks) }));
      const usual = rollouts.filter(({ baked }) => baked <= 15);
      expect(usual.length).toBeGreaterThan(0);
      const tooMany = usual.filter(({ transitions }) => transitions > 60);
      expect(tooMany.map(({ bakes, transitions }) => `${bakes.join(' + ')} min: ${transitions}`)).toEqual([]);
    });
  });

  it('has them with up to nine steps where there was no replay', () => {
    const rollouts = splits(15, 9).map((bakes) => ({ bakes, ...rolloutOf(baking(...bakes), bakes, 0) }));
    expect(rollouts.filter(({ transitions }) => transitions > 60)).toEqual([]);
  });

  it('looks at each minute, and twice after a shift, where it takes longer', () => {
    const { gaps } = rolloutOf(STRATEGY_PRESETS.Progressive, [5, 5, 5, 5, 5], 0);
    // A shift, two looks, that of its own minute left out, and then each minute.
    expect(gaps.filter((gap) => gap > 1)).toEqual([2, 2, 2, 2]);
  });

  it.each([
    ['of the evidence the last minutes', [15], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]],
    ['and of two looks after a shift one', [5, 10], [1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2]],
    ['and of the weights the smallest', [1, 1, 1, 1, 1, 1, 1, 1, 1], [4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2]],
  ])('leaves out %s', (_, bakes, gaps) => {
    expect(rolloutOf(baking(...bakes), bakes, 0).gaps).toEqual(gaps);
  });

  it('looks again within two minutes, or three after a shift, whatever a list of two or three steps', () => {
    const plans = allOf(15, 3).filter(({ length }) => length > 1);
    const rollouts = plans.map((bakes) => ({ bakes, ...rolloutOf(baking(...bakes), bakes, 0) }));
    const longer = (minutes: number) => rollouts.filter(({ gaps }) => gaps.some((gap) => gap > minutes));
    expect(longer(3)).toEqual([]);
    expect(
      longer(2)
        .map(({ bakes }) => bakes.join())
        .filter((bakes) => bakes.split(',').length === 2),
    ).toEqual(['11,4', '13,2']);
  });
});
