import type { SideCounts } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import { answers, crowded, usual, watched } from './callers';
import { before, evidence, minutes } from './evidence';
import { onlyGate } from './settings';

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
});
