import { certainty, lacks, some, worse } from '../../numbers';
import { logSumExp } from '../../statistics/summaries';
import type { KeptGates } from '../../gates/gates';
import { pairedGates, type PairedGate, type PairedGateName } from './gates';
import type { Pair, PairedTest } from './pair';

export interface PairedRules {
  /** alpha of the whole rollout: half of it is the replay's. */
  readonly falseAlarmRate: number;
  /** beta: P(`pass` | some gate is harmful) <= this. */
  readonly missRate: number;
  /** Pairs that will be asked at most, known before the first. */
  readonly planned: number;
  readonly gates: KeptGates;
}

/** A gate after the last pair that was judged. */
export interface PairedGateJudgement {
  readonly gate: PairedGateName;
  readonly decides: boolean;
  /**
   * ln of its e-value against "within the tolerance", and the smallest of its tests against "harmful", as it stands.
   */
  readonly logWorse: number;
  readonly logNoHarm: number;
  /** Each of its tests was proven, at that look or before. */
  readonly proven: boolean;
  readonly tests: readonly (PairedTest & { readonly proven: boolean })[];
}

export interface PairedJudgement {
  /** `continue`: neither is proven yet; with all pairs asked, the evidence goes on into the canary. */
  readonly verdict: 'pass' | 'fail' | 'continue';
  /** To blame for `fail`, or furthest from its proof. */
  readonly gate?: PairedGateName;
  /** One sentence: number, comparison, limit. */
  readonly reason: string;
  /** Pairs that were judged: those behind the decision are not. */
  readonly pairs: number;
  readonly logWorse: number;
  readonly logLimit: number;
  readonly logNoHarmLimit: number;
  readonly gates: readonly PairedGateJudgement[];
}

/** Every pair at first, when a bad green shows itself, and then every tenth: looks cost no certainty, only time. */
const isLook = (pairs: number, all: number): boolean => pairs <= 100 || pairs % 10 === 0 || pairs === all;

/**
 * Is green as good as blue on the same requests? Pure and deterministic; judged from the first pair on at every look,
 * so that nothing is kept between looks.
 *
 * P(ever `fail` | green within every tolerance) <= falseAlarmRate / 2 and P(ever `pass` | some gate harmful) <=
 * missRate, for any number of looks, and however the two answers to a request depend on each other: see
 * docs/explanation/paired.md. The first decision stands; pairs after it are not looked at. A request that green fails
 * each time and blue never is no luck that could be bet on: where failures decide at all, one is enough.
 *
 * @param pairs in the order in which they were asked, which was drawn before their answers were known
 * @param coming whether more may be asked; requests that both versions refuse make no pair, so that fewer than planned
 *   may be all
 */
export function judgePairs(
  pairs: readonly Pair[],
  rules: PairedRules,
  coming: 'more' | 'none' = pairs.length >= rules.planned ? 'none' : 'more',
): PairedJudgement {
  const looking = new Looking(rules);
  let found = pairs.length === 0 ? looking.look(0, coming === 'none') : undefined;
  for (const [index, pair] of pairs.entries()) {
    looking.add(pair);
    if (!isLook(index + 1, pairs.length)) continue;
    found = looking.look(index + 1, coming === 'none' && index + 1 === pairs.length);
    if (found.verdict !== 'continue') break;
  }
  return found!;
}

class Looking {
  private readonly gates: readonly PairedGate[];
  private readonly logLimit: number;
  private readonly logNoHarmLimit: number;
  /** Proof once given stays given: Ville's inequality bounds the highest value that is ever reached. */
  private readonly provenTests = new Set<string>();
  /** The first request that green fails each time and blue never. */
  private failedEachTime: Pair | undefined;

  constructor(rules: PairedRules) {
    this.gates = pairedGates(rules.gates, rules.planned);
    this.logLimit = Math.log(2 / rules.falseAlarmRate);
    this.logNoHarmLimit = Math.log(1 / rules.missRate);
  }

  add(pair: Pair): void {
    for (const gate of this.gates) gate.add(pair);
    if (pair.eachOf !== undefined) this.failedEachTime ??= pair;
  }

  /** @param over no pair comes any more */
  look(pairs: number, over: boolean): PairedJudgement {
    const gates = this.gates.map((gate) => this.lookAt(gate, over));
    const deciding = gates.filter(({ decides, tests }) => decides && tests.length > 0);
    // Labels that show green to be no worse vouch for its other answers; as long as they may, nothing is blamed on
    // those.
    const labels = deciding.find(({ gate }) => gate === 'accuracy');
    const excused = labels !== undefined && (labels.proven || !over) ? 'predictions' : undefined;
    const blamable = deciding.filter(({ gate }) => gate !== excused);
    const logWorse = this.combined(blamable);
    const both = {
      ...{ pairs, logWorse, gates },
      ...{ logLimit: this.logLimit, logNoHarmLimit: this.logNoHarmLimit },
    };
    if (this.failedEachTime !== undefined && deciding.some(({ gate }) => gate === 'errors'))
      return { ...both, verdict: 'fail', gate: 'errors', reason: eachTimeInWords(this.failedEachTime, pairs) };
    if (logWorse >= this.logLimit) return { ...both, verdict: 'fail', ...this.blamed(blamable, pairs, logWorse) };
    const needed = deciding.filter(({ gate }) => gate !== 'predictions' || labels?.proven !== true);
    const lacking = needed.filter(({ proven }) => !proven);
    if (needed.length > 0 && lacking.length === 0)
      return { ...both, verdict: 'pass', reason: provenInWords(needed, pairs, this.logNoHarmLimit) };
    const furthest = [...lacking].sort((a, b) => a.logNoHarm - b.logNoHarm)[0];
    return {
      ...both,
      verdict: 'continue',
      ...(furthest && { gate: furthest.gate }),
      reason:
        furthest === undefined
          ? `after ${some(pairs, 'pair')}, nothing could be compared`
          : `after ${some(pairs, 'pair')}, ${furthest.gate}: ${lacks(furthest.logNoHarm, this.logNoHarmLimit)} ` +
            `(${leastProven(furthest).what})${moreNeeded(furthest.logNoHarm, this.logNoHarmLimit, pairs)}`,
    };
  }

  private lookAt(gate: PairedGate, over: boolean): PairedGateJudgement {
    const tests = gate.tests().map((test) => {
      const key = `${gate.gate} ${test.what}`;
      if ((test.logNoHarm ?? -Infinity) >= this.logNoHarmLimit) this.provenTests.add(key);
      return { ...test, proven: test.logNoHarm === undefined || this.provenTests.has(key) };
    });
    const holding = tests.filter(
      ({ logNoHarm, excused }) => logNoHarm !== undefined && (excused === undefined || !over),
    );
    const bets = tests.filter(({ logWorse }) => logWorse !== undefined);
    const cash = 1 - bets.reduce((sum, { part }) => sum + part, 0);
    return {
      gate: gate.gate,
      decides: gate.mode === 'enforce',
      logWorse: logSumExp([
        ...(cash > 1e-12 ? [Math.log(cash)] : []),
        ...bets.map(({ part, logWorse = 0 }) => Math.log(part) + logWorse),
      ]),
      logNoHarm: Math.min(...(holding.length === 0 ? [0] : holding.flatMap(({ logNoHarm = [] }) => logNoHarm))),
      proven: holding.length > 0 && holding.every(({ proven }) => proven),
      tests,
    };
  }

  /** By their parts, which sum to 1 over all gates that can be on: what has nothing to count is not bet. */
  private combined(gates: readonly PairedGateJudgement[]): number {
    const parts = gates.map(({ gate }) => this.partOf(gate));
    const cash = 1 - parts.reduce((sum, part) => sum + part, 0);
    return logSumExp([
      ...(cash > 1e-12 ? [Math.log(cash)] : []),
      ...gates.map(({ logWorse }, index) => Math.log(parts[index]!) + logWorse),
    ]);
  }

  private partOf(name: PairedGateName): number {
    return this.gates.find(({ gate }) => gate === name)!.part;
  }

  private blamed(gates: readonly PairedGateJudgement[], pairs: number, logWorse: number) {
    const weighed = (one: PairedGateJudgement) => Math.log(this.partOf(one.gate)) + one.logWorse;
    const [worst] = [...gates].sort((a, b) => weighed(b) - weighed(a));
    const [test] = [...worst!.tests].sort(
      (a, b) => Math.log(b.part) + (b.logWorse ?? 0) - Math.log(a.part) - (a.logWorse ?? 0),
    );
    return {
      gate: worst!.gate,
      reason: `${worst!.gate}: ${test!.comparison}: ${worse(logWorse, this.logLimit)}, in pair ${pairs}`,
    };
  }
}

const eachTimeInWords = ({ request, green, eachOf = 0 }: Pair, pairs: number): string =>
  `errors: green fails a request that blue answers, at each of ${eachOf} tries: ` +
  `${request}${green.said === undefined ? '' : `, it ${green.said}`}; it is one of ${some(pairs, 'request')}, ` +
  'and a request that always fails is no luck';

/** Under this the evidence so far says nothing of how fast it grows. */
const TELLS = 0.5;

/** Evidence grows by the pair, so that as many more as it lacks in proportion would do, if they come out like these. */
function moreNeeded(found: number, limit: number, pairs: number): string {
  if (found < TELLS || found >= limit) return '';
  const more = Math.ceil((pairs * (limit / found - 1)) / 10) * 10;
  return `; about ${some(more, 'more pair')} like these would prove it`;
}

const leastProven = ({ tests }: PairedGateJudgement): PairedTest =>
  [...tests].filter(({ proven }) => !proven).sort((a, b) => (a.logNoHarm ?? 0) - (b.logNoHarm ?? 0))[0] ?? tests[0]!;

function provenInWords(gates: readonly PairedGateJudgement[], pairs: number, limit: number): string {
  const rare = gates.flatMap(({ tests }) => tests.flatMap(({ excused, proven }) => (proven ? [] : (excused ?? []))));
  const named = gates.map(({ gate }) => gate).join(', ');
  const sure = `each with a certainty of at least ${certainty(limit)}`;
  const said = `no harm on ${named}, ${sure}, after ${some(pairs, 'pair')}`;
  return rare.length === 0 ? said : `${said}; not proven, because too rare: ${rare.slice(0, 3).join(', ')}`;
}
