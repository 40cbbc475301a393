import { differenceInWords, differing, differingInWords } from '../../../lambdas/domain/judge/paired/differing';
import type { Pair, PairedSide } from '../../../lambdas/domain/judge/paired/pair';

const pair = (request: string, green: Partial<PairedSide>, blue: Partial<PairedSide> = {}, eachOf?: number): Pair => ({
  request,
  blue: { failed: 0, ms: 20, classes: [1], ...blue },
  green: { failed: 0, ms: 20, classes: [1], ...green },
  ...(eachOf !== undefined && { eachOf }),
});

const pairs = [
  pair('alike', {}),
  pair('a bit slower', { ms: 26 }),
  pair('much slower', { ms: 90 }),
  pair('a millisecond', { ms: 0.97 }, { ms: 0.26 }),
  pair('another class', { classes: [2] }),
  pair('right before', { classes: [2], loss: 1 }, { loss: 0 }),
  pair('right now', { classes: [2], loss: 0 }, { loss: 1 }),
  pair('fails at times', { failed: 1 / 3 }),
  pair('fails each time', { failed: 1 }, {}, 10),
  pair('blue fails', {}, { failed: 1 }),
];
const named = (...of: Parameters<typeof differing>) => differing(...of).map(({ request }) => request);

describe('requests on which the versions differ most', () => {
  it('are failures, then other answers, then those that take twice as long', () => {
    expect(named(pairs)).toEqual([
      ...['fails each time', 'blue fails', 'fails at times'],
      ...['another class', 'right before', 'right now', 'much slower'],
    ]);
  });

  it.each([
    ['errors', ['fails each time', 'fails at times', 'blue fails']],
    ['predictions', ['another class', 'right before', 'right now', 'fails each time']],
    ['latency', ['much slower', 'a bit slower', 'a millisecond', 'fails each time']],
    ['accuracy', ['right before', 'fails each time']],
  ] as const)('begin with what %s decided by', (gate, first) => {
    expect(named(pairs, gate).slice(0, first.length)).toEqual(first);
  });

  it('are told by what tells them apart: the class, else the number', () => {
    expect(differenceInWords(pair('a', { classes: [2], scores: [0.9] }, { scores: [0.6] }))).toBe(
      'a (blue 1 in 20 ms, green 2 in 20 ms)',
    );
    expect(differenceInWords(pair('b', { scores: [0.9] }, { scores: [0.6] }))).toBe(
      'b (blue 0.6 in 20 ms, green 0.9 in 20 ms)',
    );
    expect(differenceInWords(pair('c', { ms: 90 }))).toBe('c (blue 1 in 20 ms, green 1 in 90 ms)');
  });

  it('are ten, of which a sentence names three', () => {
    const many = Array.from({ length: 30 }, (_, n) => pair(`request ${n}`, { failed: 1 }));
    const words = differing(many).map((one) => differenceInWords(one));
    expect(words).toHaveLength(10);
    expect(differingInWords(words)).toMatch(
      /^; they differ most on request 0 .*, request 1 .*, request 2 \([^)]*\), and 7 more in the report$/,
    );
    expect(differingInWords(words.slice(0, 3))).not.toContain('more');
    expect(differingInWords([])).toBe('');
  });
});
