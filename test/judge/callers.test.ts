import type { SideCounts } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { before, evidence, minutes, side } from './evidence';
import { onlyGate } from './settings';

/** A minute of so many answers of each class. */
const answers = (...classes: readonly number[]): SideCounts =>
  side(
    classes.reduce((sum, one) => sum + one, 0),
    { classes },
  );

const usual = answers(500, 300, 200);

/** Four minutes of green alone beside four of blue, after an hour of 1,000 answers a minute. */
const watched = (blue: SideCounts, green: SideCounts, share: number | 'no canary' = 1) =>
  judge(
    evidence({
      oneAfterTheOther: true,
      ...{ horizonMinutes: 4, classNames: ['a', 'b', 'c'], baseline: before(60, usual) },
      rows: minutes(4, blue, green),
      ...(share !== 'no canary' && { blueShares: Array.from({ length: 4 }, () => share) }),
    }),
    onlyGate('predictions'),
  );

const part = (of: SideCounts, share: number) => answers(...of.classes.map((one) => share * one));

describe('callers in a watch', () => {
  it.each<readonly [what: string, blue: SideCounts, green: SideCounts, share: number]>([
    ['who come with one class', usual, answers(1_500, 300, 200), 1],
    ['who come with two', usual, answers(1_500, 800, 200), 1],
    ['who come to a blue that had half of the traffic', part(usual, 0.5), answers(1_500, 300, 200), 0.5],
    ['who have gone', answers(20_500, 300, 200), usual, 1],
    ['who have gone, and left a few others', answers(20_500, 300, 200), answers(600, 400, 250), 1],
    ['who went from a blue that had half of the traffic', part(answers(2_500, 300, 200), 0.5), usual, 0.5],
  ])('%s are no fault of green’s', (_, blue, green, share) => {
    const judgement = watched(blue, green, share);
    expect(judgement.verdict).not.toBe('fail');
    expect(judgement.notJudged).toMatchObject([{ gate: 'predictions' }]);
  });

  it('are told with their numbers', () => {
    expect(watched(part(usual, 0.5), answers(1_500, 300, 200), 0.5).notJudged?.[0]?.why).toBe(
      '2,000 answers a minute where there were 1,000: callers came, which is as much as the mix moved',
    );
  });

  it.each<readonly [what: string, blue: SideCounts, green: SideCounts, share: number]>([
    ['there are as many answers as before', usual, answers(700, 200, 100), 1],
    ['blue had half of them, and there are as many', part(usual, 0.5), answers(700, 200, 100), 0.5],
    ['a few more than before', usual, answers(760, 200, 100), 1],
    ['a third more, which is less than one class lost', usual, answers(1_250, 100, 0), 1],
    ['fewer, and a class grew by more than a tenth of that', answers(1_000, 600, 400), answers(1_300, 200, 100), 1],
    ['as many, of which blue gave one alone', answers(1_000, 0, 0), answers(500, 200, 300), 1],
  ])('excuse no green that answers otherwise: %s', (_, blue, green, share) => {
    expect(watched(blue, green, share)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('excuse none where blue’s poorest minutes were poor, and not as many of them together', () => {
    const [few, many] = [answers(5, 5, 5, 5, 5), answers(15, 15, 15, 15, 15)];
    const green = answers(26, 26, 3, 3, 3);
    const rows = Array.from({ length: 14 }, (_, at) => minutes(1, at % 2 ? few : many, green, at)).flat();
    const history = before(60, few).map((row, at) => (at % 2 ? row : before(60, many)[at]!));
    const judgement = judge(
      evidence({
        oneAfterTheOther: true,
        ...{ horizonMinutes: 14, classNames: ['a', 'b', 'c', 'd', 'e'], baseline: history, rows },
        blueShares: rows.map(() => 1),
      }),
      onlyGate('predictions'),
    );
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('excuse none whose answers went while the requests stayed', () => {
    const unanswered = { ...answers(900, 0), invocations: 1_000 };
    const judgement = judge(
      evidence({
        oneAfterTheOther: true,
        ...{ horizonMinutes: 4, classNames: ['a', 'b'], baseline: before(60, answers(900, 100)) },
        ...{ rows: minutes(4, answers(900, 100), unanswered), blueShares: [1, 1, 1, 1] },
      }),
      onlyGate('predictions'),
    );
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  /** Blue's four minutes, of which one had a crowd, beside four of green's with another crowd in the last. */
  const crowded = (
    calm: SideCounts,
    crowd: SideCounts,
    crowdsAt: readonly number[] = [],
    calmBlue = usual,
    compared: 'after a canary' | 'no canary' = 'after a canary',
  ) => {
    const ordinary = answers(10_500, 6_300, 4_200);
    const rows = [ordinary, calmBlue, calmBlue, calmBlue].flatMap((blue, at) =>
      minutes(1, blue, at === 3 ? crowd : calm, at),
    );
    return judge(
      evidence({
        oneAfterTheOther: true,
        ...{ horizonMinutes: 4, classNames: ['a', 'b', 'c'], rows },
        baseline: before(60, calmBlue).map((minute, at) =>
          crowdsAt.includes(at) ? before(60, ordinary)[at]! : minute,
        ),
        ...(compared === 'after a canary' && { blueShares: rows.map(() => 1) }),
      }),
      onlyGate('predictions'),
    );
  };

  it.each([[[]], [[20, 21, 22]]])('who went before others came are no fault of green’s, after crowds at %j', (at) => {
    const judgement = crowded(usual, answers(30_500, 300, 200), at);
    expect(judgement.verdict).not.toBe('fail');
    expect(judgement.notJudged?.[0]?.why).toBe(
      'crowds of callers came or went: green answers as blue does in the minutes without them',
    );
  });

  it.each<readonly [what: string, calm: SideCounts, crowd: SideCounts]>([
    ['in the minutes without them', answers(700, 200, 100), answers(30_500, 300, 200)],
    ['since they came', usual, answers(30_900, 100, 0)],
    ['since they came, all of them alike', usual, answers(31_000, 0, 0)],
    ['and answers half of them', usual, { ...answers(500, 0, 0), invocations: 31_000 }],
  ])('who went before others came excuse no green that answers otherwise %s', (_, calm, crowd) => {
    expect(crowded(calm, crowd)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it.each([
    ['none', 0, 'fail'],
    ['one', 1, 'continue'],
  ])('who went before others came hide no class that has few answers: %s where seven were usual', (_, few, verdict) => {
    const rare = answers(500, 300, 7);
    expect(crowded(rare, answers(30_500, 300, few), [], rare).verdict === 'fail').toBe(verdict === 'fail');
  });

  it('excuse none where blue has such crowds again and again', () => {
    expect(crowded(usual, answers(30_500, 300, 200), [9, 29, 49])).toMatchObject({
      verdict: 'fail',
      gate: 'predictions',
    });
  });

  describe('after no canary', () => {
    it.each<readonly [what: string, green: SideCounts, word: RegExp]>([
      ['with one class', answers(2_500, 300, 200), /^callers came with class a alone: of the others there are as many/],
      ['as a flood of one class', answers(500, 20_300, 200), /^callers came with class b alone/],
    ])('are told where they come %s', (_, green, word) => {
      const judgement = watched(usual, green, 'no canary');
      expect(judgement.verdict).not.toBe('fail');
      expect(judgement.notJudged?.[0]?.why).toMatch(word);
    });

    it('excuse none beside green: a canary has the same callers', () => {
      const judged = (rows: ReturnType<typeof minutes>) =>
        judge(
          evidence({ horizonMinutes: 15, classNames: ['a', 'b', 'c'], baseline: before(60, usual), rows }),
          onlyGate('predictions'),
        );
      // The mix of users moved, blue answers as it did before them, and green as before they came.
      expect(judged(minutes(15, answers(250, 500, 250), usual))).toMatchObject({
        verdict: 'fail',
        gate: 'predictions',
      });
      expect(judged(minutes(15, usual, answers(2_500, 300, 200)))).toMatchObject({ verdict: 'fail' });
    });

    it.each<readonly [what: string, usualOf: SideCounts, blue: SideCounts, green: SideCounts]>([
      ['that blue has met, too', answers(50, 30, 20), answers(150, 90, 60), answers(252, 30, 18)],
      ['to an endpoint that had no answers', answers(0, 0, 0), answers(100, 60, 40), answers(200, 0, 0)],
      ['where too few others are known', answers(5, 3, 2), answers(5, 3, 2), answers(191, 1, 1)],
      ['to an endpoint that was idle at first', answers(0, 0, 0), answers(50, 30, 20), answers(600, 30, 8)],
    ])('excuse no green of which answers are one class in a crowd %s', (_, before45, blue, green) => {
      const baseline = before(60, before45).map((minute, at) => (at >= 25 ? before(60, blue)[at]! : minute));
      const judged = judge(
        evidence({
          ...{ oneAfterTheOther: true, horizonMinutes: 2, classNames: ['a', 'b', 'c'], baseline },
          rows: minutes(2, blue, green),
        }),
        onlyGate('predictions'),
      );
      expect(judged.notJudged ?? []).toEqual([]);
      expect(judged).toMatchObject({ verdict: 'fail' });
    });

    it('are told where a crowd that blue has met goes on, and green answers it alike', () => {
      const crowd = answers(5_500, 300, 200);
      const baseline = before(60, usual).map((minute, at) => (at >= 58 ? before(60, crowd)[at]! : minute));
      const rows = [answers(500, 300, 200), crowd].flatMap((blue, at) => minutes(1, blue, crowd, at));
      const judged = judge(
        evidence({ ...{ oneAfterTheOther: true, horizonMinutes: 2, classNames: ['a', 'b', 'c'] }, baseline, rows }),
        onlyGate('predictions'),
      );
      expect(judged.verdict).not.toBe('fail');
    });

    it('are not told of where none came or went', () => {
      expect(watched(usual, answers(520, 290, 190), 'no canary').notJudged).toBeUndefined();
      const unanswered = { ...answers(0, 0, 0), invocations: 1_000, errors: 1_000 };
      expect(watched(unanswered, usual, 'no canary').notJudged).toBeUndefined();
    });

    it('are told where they have gone, and green answers as blue did without them', () => {
      const judgement = watched(answers(20_500, 300, 200), usual, 'no canary');
      expect(judgement.verdict).not.toBe('fail');
      expect(judgement.notJudged?.[0]?.why).toMatch(/^callers moved blue's answers/);
    });

    it('are told where a crowd of one class has come to some minutes of green’s, or to a part of one', () => {
      const green = [usual, answers(900, 300, 200), answers(5_500, 300, 200), usual];
      const rows = green.flatMap((minute, at) => minutes(1, usual, minute, at));
      const judgement = judge(
        evidence({
          ...{ oneAfterTheOther: true, horizonMinutes: 4, classNames: ['a', 'b', 'c'] },
          ...{ baseline: before(60, usual), rows },
        }),
        onlyGate('predictions'),
      );
      expect(judgement.verdict).not.toBe('fail');
      expect(judgement.notJudged?.[0]?.why).toMatch(/^callers came with class a alone/);
    });

    it('excuse no green that loses a rare class beside others who moved blue’s answers', () => {
      const rare = answers(500, 490, 10);
      const judged = judge(
        evidence({
          ...{ oneAfterTheOther: true, horizonMinutes: 4, classNames: ['a', 'b', 'c'] },
          ...{ baseline: before(60, rare), rows: minutes(4, answers(500, 690, 10), answers(500, 500, 0)) },
        }),
        onlyGate('predictions'),
      );
      expect(judged).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    });

    it('excuse no green that answers a crowd otherwise, whatever it answered before', () => {
      expect(crowded(usual, answers(30_500, 3_000, 1_500), [], usual, 'no canary')).toMatchObject({
        ...{ verdict: 'fail', gate: 'predictions' },
      });
    });

    it.each<readonly [what: string, blue: SideCounts, green: SideCounts]>([
      ['there are as many answers as before', usual, answers(700, 200, 100)],
      ['there are a third more, as on a busier day', usual, answers(800, 300, 200)],
      ['three times as many come with every class', usual, answers(2_400, 300, 300)],
      ['ten times as many come with one, and another has lost some', usual, answers(10_600, 300, 100)],
      ['a crowd has gone', answers(20_500, 300, 200), answers(700, 200, 100)],
      ['a crowd has gone and another has come', answers(20_500, 300, 200), answers(600, 10_200, 200)],
    ])('excuse no green that answers otherwise: %s', (_, blue, green) => {
      expect(watched(blue, green, 'no canary')).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    });
  });
});
