import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { count, some } from '../../lambdas/domain/numbers';
import type { Summary, RolloutSummary } from '../../simulator/app/summary';
import { folded } from '../render/text';
import * as demo from './demo-endpoint';
import type { Check } from './expectations';
import { INDEX_FILE } from './index-page';
import { type DemoRollout, titleOf } from './plan';
import type { Screen } from './screen/screen';
import type { TrafficTotals } from './traffic';
import { endedAs } from '../../lambdas/domain/rollout';

/** What this is, at what scale, and where. */
export function header(url: string, plan: readonly DemoRollout[], columns: number): readonly string[] {
  const perMinute = Math.round((demo.REQUESTS_PER_SECOND * demo.MINUTE_TAKES_MS) / 1000);
  return [
    'Greenlight demo: the deployed app, its state machine and real ONNX models on this machine, without AWS.',
    `  clock    faster than real: a minute takes ${inSeconds(demo.MINUTE_TAKES_MS)}, and ` +
      `${inSeconds(demo.MINUTE_OF_VERIFICATION_TAKES_MS)} while a model is verified`,
    `  users    ${demo.REQUESTS_PER_SECOND} HTTP requests a second (${count(perMinute)} a minute of the world), ` +
      'drawn from examples/digits/live-traffic.json',
    `  endpoint ${url}/v2/models/${demo.demoEndpoint.name}/infer`,
    `  beside   an endpoint of ${demo.QUIET_REQUESTS_PER_MINUTE} requests a minute, where both versions answer ` +
      `${count(demo.SAMPLES)} recorded requests before green has users`,
    `  kinds    fraud and prices, of examples/kinds: labels show what is wrong with a model before any user meets it`,
    `  plan     ${plan.length} rollouts and the teardown, about a minute; Ctrl-C stops it`,
    '',
  ].flatMap((line) => folded(line, columns));
}

const inSeconds = (ms: number): string => `about ${ms / 1000} s`;

/** One line per rollout: how it ended, with numbers; and one that says why. As wide as the screen is. */
export function rolloutLines(
  position: number,
  planned: DemoRollout,
  found: RolloutSummary,
  screen: Screen,
): readonly string[] {
  const good = found.error === null;
  const outcome = [
    endedAs({ ...found, status: 'ended' }, planned.kind === 'rollback' ? 'rollback' : 'rollout'),
    found.gate ?? found.error ?? '',
  ]
    .filter((word) => word !== '' && !(good && word === found.gate))
    .join(': ');
  const weights = found.weights.map(({ weight }) => weight).filter((weight) => weight > 0);
  const numbers = [
    weights.length > 0 ? `weight ${weights.join(', ')} %` : 'no user saw it',
    ...(found.greenRequests > 0 ? [`${count(found.greenRequests)} green requests judged`] : []),
    `${found.minutes.toFixed(1)} min`,
    `live: version ${found.liveVersionAfter ?? 'unknown'}`,
  ];
  const paint = good ? screen.good : screen.bad;
  const [first = '', ...more] = folded(
    `${String(position).padStart(2)} ${titleOf(planned).padEnd(31)} ${outcome.padEnd(22)} ${numbers.join(', ')}`,
    screen.columns,
  );
  return [
    first.replace(outcome, paint(outcome)),
    ...more,
    ...(found.cause === null ? [] : folded(`     ${found.cause}`, screen.columns).map(screen.faint)),
  ];
}

/** What users got. Requests that were not answered are explained by the rollouts that ran meanwhile. */
export function trafficLine({ rollouts }: Summary, totals: TrafficTotals, plan: readonly DemoRollout[]): string {
  const where = rollouts.flatMap(({ failedRequests }, index) => {
    const planned = plan[index];
    if (failedRequests === 0 || planned === undefined) return [];
    const first = planned.expected.outcome === 'promoted-first';
    return [
      { failedRequests, says: first ? 'before the first model was in service' : `while ${titleOf(planned)} ran` },
    ];
  });
  const rest = totals.failed - where.reduce((sum, { failedRequests }) => sum + failedRequests, 0);
  const parts = [
    ...where.map(({ failedRequests, says }) => `${count(failedRequests)} ${says}`),
    ...(rest > 0 ? [`${count(rest)} between rollouts`] : []),
  ];
  return [
    `Users: ${count(totals.requests)} requests, ${count(totals.failed)} not answered`,
    ...(parts.length === 0 ? [] : [` (${parts.join(', ')})`]),
    `, ${count(totals.failedBecauseOfShift)} because of a shift`,
    ...(totals.notSent === 0
      ? []
      : [`; ${count(totals.notSent)} more were never sent, because this machine was behind: no model is to blame`]),
    '.',
  ].join('');
}

export function teardownLine({ teardown }: Summary): string {
  const deleted = teardown.flatMap((report) => report.deleted);
  const ofDigits = teardown.findLast(({ endpoint }) => endpoint === demo.demoEndpoint.name);
  const kept = ofDigits?.kept.map(({ version, why }) => `${version} (${why})`) ?? [];
  return `Teardown: deleted ${some(deleted.length, 'idle version')}; kept ${kept.join(', ') || 'none'}.`;
}

/** The models that only users' requests could tell from good ones. */
export function stoppedLine({ rollouts }: Summary, plan: readonly DemoRollout[]): string {
  const stopped = rollouts.flatMap((found, index) => {
    const planned = plan[index];
    return planned === undefined || found.outcome !== 'aborted' ? [] : [`${titleOf(planned)} (${found.gate ?? '?'})`];
  });
  return `Passed every check, stopped by users' traffic: ${stopped.join(', ') || 'none'}.`;
}

/** What was proven where there are hardly any users. */
export function quietLine({ rollouts }: Summary): string {
  const promoted = rollouts.find(({ endpoint, proof }) => endpoint === demo.quietEndpoint.name && proof !== null);
  const refused = rollouts.find(
    ({ endpoint, outcome }) => endpoint === demo.quietEndpoint.name && outcome === 'rejected',
  );
  const good =
    promoted === undefined ? 'no good model was promoted' : `the good model was promoted on a ${promoted.proof}`;
  const bad =
    refused === undefined ? 'no bad model was refused' : 'the bad one was refused by its replay, and no user met it';
  return `At ${demo.QUIET_REQUESTS_PER_MINUTE} requests a minute: ${good}; ${bad}.`;
}

/** The end, after what went otherwise than it should: five lines, and the address of the page. */
export function endLines(
  ended: {
    readonly summary: Summary;
    readonly totals: TrafficTotals;
    readonly checks: readonly Check[];
    readonly seconds: number;
    readonly out: string;
    readonly plan: readonly DemoRollout[];
  },
  screen: Screen,
): readonly string[] {
  const { summary, totals, checks, seconds, out, plan } = ended;
  const failed = checks.filter(({ ok }) => !ok);
  const good = failed.length === 0;
  const verdict = verdictOf(checks);
  const [first = '', ...more] = folded(
    `${verdict}, in ${seconds.toFixed(0)} s: ${some(summary.rollouts.length, 'rollout')}.`,
    screen.columns,
  );
  const lines = [
    stoppedLine(summary, plan),
    quietLine(summary),
    trafficLine(summary, totals, plan),
    teardownLine(summary),
  ];
  return [
    ...failed.flatMap(({ what, found }) =>
      folded(`  FAIL ${what}: ${found}`, screen.columns).map((line) => line.replace('FAIL', screen.bad('FAIL'))),
    ),
    first.replace(verdict, good ? screen.good(verdict) : screen.bad(verdict)),
    ...more,
    ...lines.flatMap((line) => folded(line, screen.columns)),
    ...pageLines(pathToFileURL(join(out, INDEX_FILE)).href, screen.columns),
  ];
}

/** An address is not broken: a terminal makes a link of what is whole. */
function pageLines(address: string, columns: number): readonly string[] {
  const says = 'Every rollout in words, with its report:';
  return `${says} ${address}`.length <= columns ? [`${says} ${address}`] : [says, address];
}

/** `As expected`, or how much was not. */
export function verdictOf(checks: readonly Check[]): string {
  const failed = checks.filter(({ ok }) => !ok).length;
  return failed === 0 ? 'As expected' : `${failed} of ${checks.length} not as expected`;
}
