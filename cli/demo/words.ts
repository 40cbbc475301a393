import { join } from 'node:path';
import type { Summary, RolloutSummary } from '../../simulator/app/summary';
import { typed } from '../render/text';
import * as demo from './demo-endpoint';
import type { Check } from './expectations';
import type { DemoRollout } from './plan';
import { count } from '../../lambdas/domain/numbers';
import type { Screen } from './screen/screen';
import type { TrafficTotals } from './traffic';

/** What this is, at what scale, and where. */
export function header(url: string, plan: readonly DemoRollout[]): readonly string[] {
  const perMinute = Math.round((demo.REQUESTS_PER_SECOND * demo.MINUTE_TAKES_MS) / 1000);
  return [
    'Greenlight demo: the deployed app, its state machine and real ONNX models on this machine, without AWS.',
    `  clock    faster than real: a minute takes ${inSeconds(demo.MINUTE_TAKES_MS)}, and ${inSeconds(demo.MINUTE_OF_VERIFICATION_TAKES_MS)} while a model is verified`,
    `  users    ${demo.REQUESTS_PER_SECOND} HTTP requests a second (${count(perMinute)} a minute of the world), drawn from examples/digits/live-traffic.json`,
    `  endpoint ${url}/v2/models/${demo.demoEndpoint.name}/infer`,
    `  plan     ${plan.length} rollouts and the teardown, about a minute; Ctrl-C stops it`,
    '',
  ];
}

const inSeconds = (ms: number): string => `about ${ms / 1000} s`;

/** One line per rollout: how it ended, with numbers; and one that says why. */
export function rolloutLines(
  position: number,
  planned: DemoRollout,
  found: RolloutSummary,
  screen: Screen,
): readonly string[] {
  const title = planned.kind === 'rollback' ? `rollback to ${planned.file}` : planned.file;
  const good = found.error === null;
  const outcome = [found.outcome, found.gate ?? found.error ?? '']
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
  return [
    `${String(position).padStart(2)} ${title.padEnd(29)} ${paint(outcome.padEnd(22))} ${numbers.join(', ')}`,
    ...(found.cause === null ? [] : [screen.faint(`     ${found.cause}`)]),
  ];
}

export function trafficLine(totals: TrafficTotals, seconds: number): string {
  const versions = [...totals.byVersion]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([version, answers]) => `version ${version} ${count(answers)}`);
  return [
    `Users: ${count(totals.requests)} requests in ${seconds.toFixed(0)} s, ${count(totals.failed)} not answered with 200,`,
    `${count(totals.failedBecauseOfShift)} of them because of a shift, promotion or revert;`,
    `${count(totals.notSent)} not sent because the machine was behind. Answers: ${versions.join(', ')}.`,
  ].join(' ');
}

export function teardownLine({ teardown }: Summary): string {
  const deleted = teardown.flatMap((report) => report.deleted);
  const kept = teardown.at(-1)?.kept.map(({ version, why }) => `${version} (${why})`) ?? [];
  return `Teardown: deleted idle versions ${deleted.join(', ') || 'none'}; kept ${kept.join(', ') || 'none'}.`;
}

export function checkLine({ what, ok, found }: Check, screen: Screen): string {
  return ok ? `  ${screen.good('PASS')} ${what}` : `  ${screen.bad('FAIL')} ${what}: ${found}`;
}

export const whereLines = (out: string): readonly string[] => [
  `Summary: ${join(out, 'summary.json')}`,
  `Reports: ${join(out, 'rollouts')}, one page per rollout`,
  `Look around: npx greenlight history --demo ${typed(out)}, and status, explain, report`,
];
