/**
 * A change of one formula that a careful suite must notice. `find` occurs exactly once in the file; a formula that is
 * rewritten takes its mutant along.
 */
export interface Mutant {
  readonly what: string;
  /** Under lambdas/domain/judge. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    what: 'the nearest member of the null is not looked for',
    file: 'statistics/two-arm.ts',
    find: 'const x = projectOntoMargin(b1, g1, share, margin);',
    replace: 'const x = b1;',
  },
  {
    what: 'the ratio of the margin is forgotten',
    file: 'statistics/two-arm.ts',
    find: 'const boundary = test.margin.ratio * b1 + test.margin.points;',
    replace: 'const boundary = b1 + test.margin.points;',
  },
  {
    what: "green's share is taken from the whole canary",
    file: 'statistics/two-arm.ts',
    find: 'return requests === 0 ? 0 : minute.greenRequests / requests;',
    replace:
      'const all = (read: (one: MinuteCounts) => number) => minutes.reduce((sum, one) => sum + read(one), 0); ' +
      'return requests === 0 ? 0 : all((one) => one.greenRequests) / all((one) => one.greenRequests + ' +
      'one.blueRequests);',
  },
  {
    what: 'sparse minutes use the counted share and busy ones the weight',
    file: 'statistics/two-arm.ts',
    find: 'requests < REALISED_FROM',
    replace: 'requests >= REALISED_FROM',
  },
  {
    what: "blue's rate is guessed with the minute that it is used in",
    file: 'statistics/counts.ts',
    find: 'const rate = (events + 0.5) / (requests + 1);',
    replace: 'const rate = (events + minute.blueEvents + 0.5) / (requests + minute.blueRequests + 1);',
  },
  {
    what: 'the guard may enlarge evidence',
    file: 'statistics/guard.ts',
    find: 'const phi = Math.max(clustering, spared);',
    replace: 'const phi = spared;',
  },
  {
    what: 'one wild minute silences the guard for good',
    file: 'statistics/guard.ts',
    find: 'Math.min((minute.greenEvents - q * events) ** 2, CAP * variance)',
    replace: '(minute.greenEvents - q * events) ** 2',
  },
  {
    what: "blue's own noise is not heard",
    file: 'statistics/guard.ts',
    find: 'const { clustering, wander } = known ?? USUAL_NOISE;',
    replace: 'const { clustering, wander } = USUAL_NOISE;',
  },
  {
    what: 'everything is staked on the first minute',
    file: 'statistics/mixture.ts',
    find: 'logAddExp(running[k] ?? -Infinity, placing)',
    replace: '(index === 0 ? placing : (running[k] ?? -Infinity))',
  },
  {
    what: 'the last planned minute gets no stake',
    file: 'statistics/mixture.ts',
    find: 'if (minute > horizon) return 0;',
    replace: 'if (minute >= horizon) return 0;',
  },
  {
    what: 'money that is not yet placed counts in full',
    file: 'statistics/mixture.ts',
    find: 'log1p(-placed)',
    replace: '0',
  },
  {
    what: "blue's requests are forgotten in ordered bins",
    file: 'statistics/ordered-bins.ts',
    find: 'const inBoth = inGreen + (blue[j] ?? 0);',
    replace: 'const inBoth = inGreen;',
  },
  {
    what: 'stakes are laid after seeing how long the canary went',
    file: 'gates/gate.ts',
    find: 'perMinute * weight * evidence.horizonMinutes',
    replace: 'perMinute * weight * evidence.rows.length',
  },
  {
    what: 'stakes are laid by the newest weight',
    file: 'gates/gate.ts',
    find: 'evidence.rows[0]?.weight',
    replace: 'evidence.rows.at(-1)?.weight',
  },
  {
    what: 'blue and green are mixed up',
    file: 'gates/gate.ts',
    find: 'blueEvents: events(minute.blue),',
    replace: 'blueEvents: events(minute.green),',
  },
  {
    what: 'a shape of slowness falls and rises again',
    file: 'gates/latency-quantiles.ts',
    find: 'scores.map((score) => Math.exp(shift * score))',
    replace: 'scores.map((score) => Math.exp(shift * Math.abs(score)))',
  },
  {
    what: 'a shape of a slow tail is taken as it comes',
    file: 'gates/latency-quantiles.ts',
    find: 'return (largest = Math.max(largest, 1 - share + (share * slowed) / inBlue));',
    replace: 'return (largest = 1 - share + (share * slowed) / inBlue);',
  },
  {
    what: 'a shift that verification showed is held against green',
    file: 'gates/class-margins.ts',
    find: 'margin: { ratio, points: more + expected },',
    replace: 'margin: { ratio, points: Math.max(0, more - expected) },',
  },
  {
    what: 'no class can shrink',
    file: 'gates/class-margins.ts',
    find: "['grow', 'shrink'] as const",
    replace: "['grow', 'grow'] as const",
  },
  {
    what: 'rare classes are held to points',
    file: 'gates/class-margins.ts',
    find: 'Math.abs(byFactor - usual) < points',
    replace: 'Math.abs(byFactor - usual) > points',
  },
  {
    what: 'classes are taken together by the very minute that they are counted in',
    file: 'gates/class-margins.ts',
    find: '(green[index] ?? 0) * ofBlue > (blue[index] ?? 0) * ofGreen',
    replace:
      '(row.green.classes[index] ?? 0) * total(row.blue.classes) > (row.blue.classes[index] ?? 0) * ' +
      'total(row.green.classes)',
  },
  {
    what: 'failures in groups are set aside as bad minutes',
    file: 'statistics/own-noise.ts',
    find: 'Math.max(1, wandering, squares / differences / spreadOf(rate) - DEDUCTION)',
    replace: 'Math.max(1, wandering)',
  },
  {
    what: "an incident in blue's hour is taken for its nature",
    file: 'statistics/usual.ts',
    find: 'const left = history.filter((_, index) => incidents[index] !== true);',
    replace: 'const left = history.filter((_, index) => incidents[index] !== null);',
  },
  {
    what: 'proof of no harm is taken back',
    file: 'gates/counter.ts',
    find: '(highest = Math.max(highest, value))',
    replace: '(highest = value)',
  },
  {
    what: 'one harmless count proves the whole gate harmless',
    file: 'gates/gate.ts',
    find: 'Math.min(...proofs.map(',
    replace: 'Math.max(...proofs.map(',
  },
  {
    what: 'non-finite outputs are no failures',
    file: 'gates/errors.ts',
    find: '(side) => side.errors,',
    replace: '(side) => side.errors - side.nonFiniteOutputs,',
  },
  {
    what: 'the parts of the gates sum to 2',
    file: 'judge/verdict.ts',
    find: 'Math.log(gate.of.part / whole) +',
    replace: 'Math.log((2 * gate.of.part) / whole) +',
  },
  {
    what: 'a fail is forgotten when evidence falls again',
    file: 'judge/verdict.ts',
    find: 'if (logEvidence < logLimit) continue;',
    replace: 'if (logEvidence < logLimit || index + 1 < combined.logEvidence.length) continue;',
  },
  {
    what: 'a pass needs a minute more than the minimum',
    file: 'judge/verdict.ts',
    find: 'settled >= rules.minimumMinutes',
    replace: 'settled > rules.minimumMinutes',
  },
  {
    what: 'the limit is that of twice the false alarms',
    file: 'judge/judge.ts',
    find: 'logLimit: Math.log(1 / settings.falseAlarmRate),',
    replace: 'logLimit: Math.log(1 / (2 * settings.falseAlarmRate)),',
  },
  {
    what: 'the routing is believed to follow the opposite weight',
    file: 'judge/judge.ts',
    find: 'green * Math.log(w) - blue * Math.log(1 - w)',
    replace: 'blue * Math.log(w) - green * Math.log(1 - w)',
  },
];
