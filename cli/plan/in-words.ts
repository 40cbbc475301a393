import { notExcludedInWords } from '../../lambdas/domain/gates/counter';
import { scaleWords } from '../../lambdas/domain/gates/gates';
import type { ExpectedStop, SmallestFound } from './summary';
import type { Plan } from './plan';
import type { FearedName } from '../../lambdas/domain/plan/try-canary';
import { endsOnProof, stepInWords, type Strategy, strategyInWords, strategySteps } from '../../lambdas/domain/strategy';
import { LONGEST_BAKE } from '../../lambdas/domain/plan/time-to-proof';
import { percent, roughly, usd } from '../../lambdas/domain/numbers';

/** A plan for a person: the advice first, then the numbers that it rests on. */
export function planInWords(plan: Plan): string {
  const { traffic, simulated } = plan;
  const steps = strategySteps(plan.strategy);
  const latency =
    traffic.medianMs === null
      ? ''
      : `, median ${roughly(traffic.medianMs)} ms${traffic.p99Ms === null ? '' : `, p99 ${roughly(traffic.p99Ms)} ms`}`;
  return [
    `${plan.endpoint}: ${strategyInWords(plan.strategy)}`,
    `  blue: ${roughly(traffic.requestsPerMinute)} requests a minute (${roughly(traffic.quietestHour)} to ` +
      `${roughly(traffic.busiestHour)} by the hour), ${percent(traffic.errorRate)} failing${latency}; ` +
      `${traffic.source}`,
    ...plan.notCounted.map(({ gate, why }) => `  the gate ${gate} is left out: ${why}`),
    '',
    ...adviceInWords(plan),
    ...(steps.length === 0
      ? ['', 'All at once there is no canary: nothing is judged before promotion, and the watch after it is all.']
      : ['', ...canaryInWords(plan)]),
    '',
    ...watchInWords(plan),
    '',
    `Minutes at one weight until nine of ten good greens have proof: ${plan.bakeForProof
      .map(({ weight, minutes }) => `${weight} %: ${minutes === null ? 'more than 240' : minutes}`)
      .join(', ')}`,
    ...replayInWords(plan),
    `A rollout takes ${plan.rolloutMinutes} min and costs about ${usd(plan.cost.usd)} (prices of ` +
      `${plan.cost.prices.region}, ${plan.cost.prices.asOf})`,
    ...(simulated.canaries === 0
      ? []
      : [`From ${simulated.canaries} simulated canaries, seed ${simulated.seed}, judged by the judge itself`]),
  ].join('\n');
}

/** What the same requests to both versions would show before any user, beside what a canary takes without them. */
export function replayInWords({
  replay,
  traffic,
  bakeForProof,
}: Pick<Plan, 'bakeForProof' | 'replay'> & { readonly traffic: Pick<Plan['traffic'], 'requestsPerMinute'> }): string[] {
  if (replay === null) return [];
  const { pairs, minutes, liveMinutes } = replay;
  const rate = roughly(traffic.requestsPerMinute);
  const days = Math.ceil(pairs / Math.max(1, traffic.requestsPerMinute * MINUTES_OF_DAY));
  const source =
    days === 1 ? "a day's replay" : days <= DAYS_KEPT ? `a replay of ${days} days' requests` : 'a replay of samples';
  const live =
    liveMinutes === null ? 'but two hours more live do not exclude a disaster' : `and ${liveMinutes} more live`;
  const fastest = bakeForProof
    .flatMap(({ weight, minutes: bake }) => (bake === null ? [] : [{ weight, bake }]))
    .sort((one, other) => one.bake - other.bake)[0];
  const without =
    fastest === undefined
      ? `not in ${LONGEST_BAKE / 60} hours`
      : `nine of ten have it after ${fastest.bake} min at ${fastest.weight} %`;
  return [
    `At ${rate} ${rate === '1' ? 'request' : 'requests'} a minute: ${source} proves a good green in ${minutes} ` +
      `min ${live}; without, ${without} (${pairs} captured requests or samples that do not fail; no user meets ` +
      'green before)',
  ];
}

const MINUTES_OF_DAY = 1440;
/** Captured requests are deleted after so many. */
const DAYS_KEPT = 7;

function canaryInWords(plan: Plan): string[] {
  const { goodGreen, extendMinutes } = plan;
  const extension =
    extendMinutes === 0 ? '' : `, after ${extendMinutes} min more ${percent(goodGreen.passedAfterExtension)}`;
  const lacking = goodGreen.lacking.map(({ gate, share }) => `${gate} ${percent(share)}`).join(', ');
  return [
    'Green requests expected',
    ...table(
      plan.steps.map(({ weight, bakeMinutes, until, greenRequests: { mean, low, high } }, index) => [
        `step ${index + 1}`,
        stepInWords({ weight, bakeMinutes, until }),
        roughly(mean),
        `(9 of 10 rollouts: ${roughly(low)} to ${roughly(high)})`,
      ]),
    ),
    '',
    'A green as good as blue',
    `  passes ${percent(goodGreen.passed)}${early(plan)}${extension}; ends without proof ` +
      `${percent(goodGreen.inconclusive)}, then: ${plan.withoutProof}; is stopped ${percent(goodGreen.stopped)}`,
    ...(lacking === '' ? [] : [`  the gate furthest from proof, of those without: ${lacking}`]),
    '',
    'The smallest regression that is stopped',
    ...smallestInWords(plan.smallestFound),
    ...notExcludedInWords(plan.notExcluded).map((words) => `  whatever it is, ${words}`),
    ...plan.notTried.map(({ kind, why }) => `  not tried: ${gateOfKind(kind)}, ${scaleWords(kind).says}: ${why}`),
    '',
    'How soon a bad green is stopped',
    ...stopsInWords(plan.expectedStops, 'stopped'),
  ];
}

/** How soon, where that is not fixed. */
const early = ({ steps, goodGreen: { minutesToPass } }: Plan): string =>
  endsOnProof(steps) && minutesToPass !== null
    ? `, half of them by minute ${minutesToPass.median} of evidence, nine of ten by ${minutesToPass.p90}`
    : '';

/** Bad from the promotion on, or after it alone: what the canary did not see. */
function watchInWords({ watch }: Plan): string[] {
  if (watch === null)
    return ['Nothing is watched after promotion (watchMinutes 0): a regression that begins then stays.'];
  const { minutes, simulatedMinutes, smallestFound, expectedStops, goodGreenStopped } = watch;
  const first = simulatedMinutes < minutes ? `, of which the first ${simulatedMinutes} were simulated` : '';
  return [
    `After promotion: the watch of ${minutes} min${first}, of a green that is bad from then on`,
    ...stopsInWords(expectedStops, 'taken back'),
    '  the smallest that is taken back',
    ...smallestInWords(smallestFound),
    `  a green as good as blue is taken back ${percent(goodGreenStopped)}`,
  ];
}

const smallestInWords = (found: readonly SmallestFound[]): string[] =>
  table([
    ['', '', 'in 80 %', 'in 95 % of rollouts'],
    ...found.map((one) => [
      one.gate,
      scaleWords(one.kind).says,
      sizeInWords(one, one.at80Percent),
      sizeInWords(one, one.at95Percent),
    ]),
  ]);

const stopsInWords = (stops: readonly ExpectedStop[], stopped: string): string[] =>
  table([['', stopped, 'minutes, mean', '9 of 10 by', "green's requests by then"], ...stops.map(stopInWords)]);

const gateOfKind = (kind: SmallestFound['kind']): string => kind.replace(/^(errors|predictions)-.*$/, '$1');

function sizeInWords({ kind, largestTried }: SmallestFound, size: number | null): string {
  const value = size ?? largestTried;
  const none = size === null ? 'not even ' : '';
  switch (scaleWords(kind).unit) {
    case 'times':
      return `${none}${roughly(value)} times`;
    case 'percent':
      return `${none}${percent(value)}`;
    case 'points':
      return `${none}${roughly(100 * value)} points`;
  }
}

const FEARED: Readonly<Record<FearedName, string>> = {
  'total-failure': 'every request fails',
  'five-points': '5 points more fail',
  'twice-the-errors': 'twice the errors',
};

const stopInWords = ({ regression, stopped, minutes, greenRequests }: ExpectedStop): string[] => [
  FEARED[regression],
  percent(stopped),
  minutes === null ? '-' : roughly(minutes.mean),
  minutes === null ? '-' : roughly(minutes.p90),
  greenRequests === null ? '-' : roughly(greenRequests),
];

function adviceInWords({ suggestion, strategy }: Plan): string[] {
  switch (suggestion.advice) {
    case 'keep':
      return [`Suggestion: keep ${nameOf(strategy)}: ${suggestion.why}.`];
    case 'change':
      return [`Suggestion: ${nameOf(suggestion.strategy)}: ${suggestion.why}.`];
    case 'not-worth-it':
      return [
        `Suggestion: blue/green is not worth it here: ${suggestion.why}.`,
        ...suggestion.instead.map((one) => `  - ${one}`),
      ];
  }
}

const nameOf = (strategy: Strategy): string => (typeof strategy === 'string' ? strategy : JSON.stringify(strategy));

/** Columns as wide as their widest cell; numbers read well to the left too. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
