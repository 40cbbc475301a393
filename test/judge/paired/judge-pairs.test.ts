import { Bet, kept, noHarm, worse, type Test } from '../../../lambdas/domain/judge/paired/bets';
import { judgePairs } from '../../../lambdas/domain/judge/paired/judge-pairs';
import type { Pair, PairedSide } from '../../../lambdas/domain/judge/paired/pair';
import { pairedGates } from '../../../lambdas/domain/judge/paired/gates';
import { gatesOn, settings } from '../settings';
import { pairsOf } from '../../../lab/bench/judge/world/pairs';
import vectors from './vectors.json';

const rules = { falseAlarmRate: 0.01, missRate: 0.05, planned: 3000, gates: settings.gates };

const HAIR = 1e-9;

describe('golden numbers', () => {
  const follow = (test: Test, { z, logE }: { z: readonly number[]; logE: Readonly<Record<string, number>> }) => {
    const bet = new Bet(test);
    for (const [index, value] of z.entries()) {
      bet.add(value);
      const expected = logE[String(index + 1)];
      if (expected !== undefined) expect(bet.logEvidence).toBeCloseTo(expected, 6);
    }
  };
  it.each(vectors.cases)('has the evidence against harm: $id', ({ noHarm: given }) =>
    follow(noHarm(given.d, given.zMax), given),
  );
  it.each(vectors.cases)('has the evidence against the tolerance: $id', ({ worse: given }) =>
    follow(worse(given.d, given.zMin), given),
  );

  it('has its proof at pair 708 without any failure', () => {
    const bet = new Bet(noHarm(0.005, 1));
    let pairs = 0;
    for (; bet.logEvidence < Math.log(20); pairs += 1) bet.add(0);
    expect(pairs).toBe(708);
  });

  it('stays a number where any growth up to all of it is no harm', () => {
    const bet = new Bet(noHarm(1, 1));
    for (const z of [0, 1, -1, 1]) bet.add(z);
    expect(bet.logEvidence).toEqual(expect.any(Number));
    expect(Number.isFinite(bet.logEvidence)).toBe(true);
  });

  it('takes six requests that both answer so as proof that more than half of a rare class is kept', () => {
    const bet = new Bet(kept);
    bet.add(0.5, 5);
    expect(bet.logEvidence).toBeLessThan(Math.log(20));
    bet.add(0.5);
    expect(bet.logEvidence).toBeGreaterThan(Math.log(20));
  });
});

interface Outcome {
  readonly chance: number;
  readonly pair: Pair;
}

/** Every sequence of so many pairs with its chance. */
function* sequences(outcomes: readonly Outcome[], length: number): Generator<{ chance: number; pairs: Pair[] }> {
  if (length === 0) {
    yield { chance: 1, pairs: [] };
    return;
  }
  for (const { chance, pairs } of sequences(outcomes, length - 1))
    for (const outcome of outcomes) yield { chance: chance * outcome.chance, pairs: [...pairs, outcome.pair] };
}

const pairOf = (blue: PairedSide, green: PairedSide): Pair => ({ request: '', blue, green });
const failing = (failed: number): PairedSide => ({ failed });
const answering = (classes: number): PairedSide => ({ failed: 0, classes: [classes] });

describe('the enumerated null', () => {
  const expectation = (gates: typeof rules.gates, outcomes: readonly Outcome[], length: number) => {
    let worseValue = 0;
    let harmless = 0;
    for (const { chance, pairs } of sequences(outcomes, length)) {
      const { logWorse, gates: judged } = withoutDecision(pairs, gates);
      worseValue += chance * Math.exp(logWorse);
      harmless += chance * Math.exp(judged[0]?.tests[0]?.logNoHarm ?? 0);
    }
    return { worse: worseValue, harmless };
  };
  /** No limit is reached, so that the last look is told. */
  const withoutDecision = (pairs: readonly Pair[], gates: typeof rules.gates) =>
    judgePairs(pairs, { ...rules, gates, falseAlarmRate: 1e-12, missRate: 1e-12 });

  it('wins nothing on average where green fails exactly as much as is tolerated, however failures coincide', () => {
    const gates = gatesOn({ errors: { tolerance: { ratio: 1.1, points: 0.05 }, harm: { ratio: 1.5, points: 0.1 } } });
    for (const both of [0, 0.1, 0.2]) {
      const [blue, green] = [0.2, 1.1 * 0.2 + 0.05];
      const outcomes = [
        { chance: both, pair: pairOf(failing(1), failing(1)) },
        { chance: blue - both, pair: pairOf(failing(1), failing(0)) },
        { chance: green - both, pair: pairOf(failing(0), failing(1)) },
        { chance: 1 - blue - green + both, pair: pairOf(failing(0), failing(0)) },
      ];
      for (const length of [1, 2, 3, 4, 5]) expect(expectation(gates, outcomes, length).worse).toBeCloseTo(1, 12);
    }
  });

  it('proves nothing on average where green fails exactly as much as is harm', () => {
    const gates = gatesOn({ errors: { tolerance: { ratio: 1.1, points: 0.05 }, harm: { ratio: 1.5, points: 0.1 } } });
    for (const both of [0, 0.1, 0.2]) {
      const [blue, green] = [0.2, 1.5 * 0.2 + 0.1];
      const outcomes = [
        { chance: both, pair: pairOf(failing(1), failing(1)) },
        { chance: blue - both, pair: pairOf(failing(1), failing(0)) },
        { chance: green - both, pair: pairOf(failing(0), failing(1)) },
        { chance: 1 - blue - green + both, pair: pairOf(failing(0), failing(0)) },
      ];
      for (const length of [1, 2, 3, 4, 5]) expect(expectation(gates, outcomes, length).harmless).toBeCloseTo(1, 12);
    }
  });

  it.each([
    { blues: [0.6, 0.3, 0.1], greens: [0.6, 0.3, 0.1] },
    { blues: [0.6, 0.4, 0], greens: [0.59, 0.4, 0.01] },
    { blues: [0.5, 0.49, 0.01], greens: [0.51, 0.485, 0.005] },
  ])('wins nothing on average with classes that appear one by one: $blues, $greens', ({ blues, greens }) => {
    const gates = gatesOn({ predictions: {} });
    // 72 % of the answers are as alike as these shares allow, and the others have nothing to do with each other.
    const alike = blues.map((blue, a) => Math.min(blue, greens[a] ?? 0));
    const apart = 1 - alike.reduce((sum, one) => sum + one, 0);
    const coupled = (a: number, b: number) =>
      (a === b ? (alike[a] ?? 0) : 0) +
      (apart < HAIR ? 0 : ((blues[a]! - alike[a]!) * (greens[b]! - alike[b]!)) / apart);
    const independent = blues.flatMap((blue, a) =>
      greens.map((green, b) => ({
        chance: 0.72 * coupled(a, b) + 0.28 * blue * green,
        pair: pairOf(answering(a), answering(b)),
      })),
    );
    for (const length of [1, 2, 3, 4]) {
      const { worse: value } = expectation(gates, independent, length);
      expect(value).toBeLessThanOrEqual(1 + HAIR);
      expect(value).toBeGreaterThan(0.8);
    }
  });

  it('takes pairs in any order and many at once as one by one', () => {
    const one = new Bet(noHarm(0.05, 1));
    const many = new Bet(noHarm(0.05, 1));
    for (const z of [0, 1, 0, -1, 0, 0.5]) one.add(z);
    many.add(0.5);
    many.add(0, 3);
    many.add(-1);
    many.add(1);
    expect(many.logEvidence).toBeCloseTo(one.logEvidence, 12);
  });
});

describe('verdicts', () => {
  it('passes a green that is as good as blue, and says after how many pairs', () => {
    const { verdict, pairs, reason } = judgePairs(pairsOf({}, 3), rules);
    expect(verdict).toBe('pass');
    expect(pairs).toBeGreaterThan(300);
    expect(pairs).toBeLessThan(2500);
    expect(reason).toMatch(
      /^no harm on errors, latency, predictions, each with a certainty of at least 95 %, after .+ pairs$/,
    );
  });

  it.each([
    [{ failingMore: 1 }, 'errors'],
    [{ failingMore: 0.2 }, 'errors'],
    [{ slower: 1.3 }, 'latency'],
    [{ slowTail: { share: 0.15, factor: 4 } }, 'latency'],
    [{ moved: 0.2 }, 'predictions'],
  ] as const)('stops a green that is worse: %j', (world, gate) => {
    const found = judgePairs(pairsOf(world, 5), rules);
    expect(found).toMatchObject({ verdict: 'fail', gate });
    expect(found.reason).toContain(`worse (certainty`);
  });

  it('goes on while there is no proof either way, and names what is furthest from it', () => {
    const found = judgePairs(pairsOf({}, 3).slice(0, 150), rules);
    expect(found.verdict).toBe('continue');
    expect(found.reason).toMatch(/^after 150 pairs, \w+: certainty .+ of the 95 % needed/);
  });

  it('says how many more pairs like these would prove it, and so many do', () => {
    const same = (count: number) => Array.from({ length: count }, () => pairOf({ failed: 0 }, { failed: 0 }));
    const gates = { ...rules.gates, latency: false, predictions: false, accuracy: false } as const;
    const found = judgePairs(same(300), { ...rules, gates });
    const more = Number(/; about (\d+) more pairs like these would prove it$/.exec(found.reason)?.[1]);
    expect(more).toBeGreaterThan(100);
    expect(judgePairs(same(300 + more), { ...rules, gates }).verdict).toBe('pass');
    expect(judgePairs(same(0.9 * (300 + more)), { ...rules, gates }).verdict).toBe('continue');
    expect(judgePairs(same(2), { ...rules, gates }).reason).not.toContain('more pairs');
  });

  it('proves nothing by pairs that neither version answered as the gates count', () => {
    const silent = Array.from({ length: 3000 }, () => pairOf({ failed: 0 }, { failed: 0 }));
    expect(judgePairs(silent, rules).verdict).toBe('continue');
  });

  it('does not pass a green that loses a class of half a percent', () => {
    const world = { shares: [0.6, 0.395, 0.005] };
    const lost = pairsOf(world, 8).map((pair) =>
      pair.green.classes?.[0] === 2 ? { ...pair, green: { ...pair.green, classes: [0] } } : pair,
    );
    expect(judgePairs(lost, rules).verdict).not.toBe('pass');
    expect(judgePairs(pairsOf(world, 8), rules).verdict).toBe('pass');
  });

  it('lets labels vouch for a green that answers otherwise and is right', () => {
    const better = pairsOf({ moved: 0.2 }, 5).map(({ blue, green, request }) => {
      const differs = blue.classes?.[0] !== green.classes?.[0];
      return { request, blue: { ...blue, loss: differs ? 1 : 0 }, green: { ...green, loss: 0 } };
    });
    expect(judgePairs(better, rules).verdict).toBe('pass');
    const wrong = better.map(({ blue, green, request }) => ({
      request,
      blue: { ...blue, loss: green.loss },
      green: { ...green, loss: blue.loss },
    }));
    expect(judgePairs(wrong, rules)).toMatchObject({ verdict: 'fail', gate: 'accuracy' });
  });

  it('refuses for one request that green fails each time and blue never, where failures decide', () => {
    const pairs = pairsOf({}, 11, 60).map((pair, index) =>
      index === 40
        ? { ...pair, eachOf: 10, blue: { failed: 0 }, green: { failed: 1, said: 'answered 500: ModelFailed' } }
        : pair,
    );
    expect(judgePairs(pairs, rules)).toMatchObject({
      ...{ verdict: 'fail', gate: 'errors', pairs: 41 },
      reason: expect.stringMatching(
        /at each of 10 tries: .*answered 500: ModelFailed; it is one of 41 requests/,
      ) as string,
    });
    const observed = {
      ...rules,
      gates: { ...rules.gates, errors: { ...rules.gates.errors, mode: 'observe' as const } },
    };
    expect(judgePairs(pairs, observed as typeof rules).verdict).toBe('continue');
  });

  it('tests the highest tail that so many pairs can show, and says which', () => {
    const provenOf = (planned: number) =>
      pairedGates(rules.gates, planned)
        .find(({ gate }) => gate === 'latency')
        ?.tests()
        .flatMap(({ what, logNoHarm }) => (logNoHarm === undefined ? [] : [what]));
    const middle = 'answers slower than blue gave the same request';
    expect(provenOf(3000)).toEqual([middle, "answers slower than blue's p99"]);
    expect(provenOf(1000)).toEqual([middle, "answers slower than blue's p95"]);
    expect(provenOf(300)).toEqual([middle, "answers slower than blue's p90"]);
    expect(provenOf(150)).toEqual([middle]);
  });
});
