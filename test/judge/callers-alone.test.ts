import type { SideCounts } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { answers, crowded, usual, watched } from './callers';
import { before, evidence, minutes } from './evidence';
import { onlyGate } from './settings';

describe('callers in a watch after no canary', () => {
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

  it('excuse none that a crowd which blue has met would have to excuse', () => {
    const crowd = answers(5_500, 300, 200);
    const baseline = before(60, usual).map((minute, at) => (at >= 58 ? before(60, crowd)[at]! : minute));
    const rows = [answers(500, 300, 200), crowd].flatMap((blue, at) => minutes(1, blue, crowd, at));
    const judged = judge(
      evidence({ ...{ oneAfterTheOther: true, horizonMinutes: 2, classNames: ['a', 'b', 'c'] }, baseline, rows }),
      onlyGate('predictions'),
    );
    expect(judged.notJudged).toBeUndefined();
  });

  it.each<readonly [what: string, then: SideCounts, blue: SideCounts, green: SideCounts]>([
    ['is stuck, when users came where pings had been', answers(30, 0, 0), answers(45, 10, 5), answers(60, 0, 0)],
    ['is stuck, of two classes', answers(30, 0), answers(45, 15), answers(60, 0)],
    ['loses one class of a crowd’s others', answers(15, 9, 6), answers(15, 9, 6), answers(135, 9, 0)],
  ])('excuse no green that %s, whatever moved blue', (_, then, blue, green) => {
    for (const blueShares of [undefined, Array.from({ length: 8 }, () => 1)]) {
      const judged = judge(
        evidence({
          ...{ oneAfterTheOther: true, horizonMinutes: 8, baseline: before(60, then), rows: minutes(8, blue, green) },
          classNames: ['a', 'b', 'c'].slice(0, then.classes.length),
          ...(blueShares && then.classes[1] === 0 && { blueShares }),
        }),
        onlyGate('predictions'),
      );
      expect(judged).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    }
  });

  it('excuse no green that is stuck, when some who had come left', () => {
    const pings = before(60, answers(30, 0, 0));
    const rows = minutes(8, answers(40, 12, 8), answers(35, 0, 0));
    const judged = judge(
      evidence({
        ...{ oneAfterTheOther: true, horizonMinutes: 8, classNames: ['a', 'b', 'c'], baseline: pings, rows },
      }),
      onlyGate('predictions'),
    );
    expect(judged).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it('excuse no green that loses a class in a crowd, of which blue has had few at times', () => {
    const [few, many] = [answers(50, 20, 2), answers(50, 40, 10)];
    const baseline = before(60, few).map((minute, at) => (at % 2 ? minute : before(60, many)[at]!));
    const rows = minutes(1, answers(50, 30, 6), answers(900, 38, 0));
    const judged = judge(
      evidence({ ...{ oneAfterTheOther: true, horizonMinutes: 1, classNames: ['a', 'b', 'c'] }, baseline, rows }),
      onlyGate('predictions'),
    );
    expect(judged.notJudged).toBeUndefined();
  });

  it.each<readonly [what: string, usualOf: SideCounts, green: SideCounts]>([
    ['of a binary model, to the usual class', answers(95, 5), answers(950, 5)],
    ['a hundred times as large', answers(500, 300, 200), answers(100_000, 300, 200)],
  ])('are told where they are a flood %s', (_, usualOf, green) => {
    const judged = judge(
      evidence({
        ...{ oneAfterTheOther: true, horizonMinutes: 2, baseline: before(60, usualOf) },
        ...{ classNames: ['a', 'b', 'c'].slice(0, usualOf.classes.length), rows: minutes(2, usualOf, green) },
      }),
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
