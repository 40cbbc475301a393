import { PRICES_2026_11 } from '../../../lambdas/contract/prices-2026-11';
import { STANDING_APP, standingCostPerDay } from '../../../lambdas/domain/cost/cost-of';
import { DAYS_PER_MONTH } from '../../../lambdas/domain/cost/prices';
import { count, some } from '../../../lambdas/domain/numbers';
import { type ScaleAim, aimsOf, isMet } from './aims';
import { OUTAGE_MINUTES, type Rollouts, SETTLED_AFTER_MS } from './runs/rollouts';
import type { MeasuredScale } from './runs/sizes';

/** The page docs/reference/benchmark/scale.md. Its tables are not aligned yet. */
export const scalePage = (measured: MeasuredScale): string => `# The benchmark of scale

One control plane with many endpoints, in a simulated account that has AWS's quotas: what the clock, rollouts and outages take. Written by
\`npm run bench:scale -- --out docs/reference/benchmark/scale.md\`.

## What must hold

| what | measured | at most | |
| --- | --: | --: | --- |
${aimsOf(measured).map(aimRow).join('\n')}

## Endpoints at rest

An hour in which nothing is rolled out, with a teardown of three idle versions of each endpoint.

| endpoints | all reconciled | idle versions | all torn down | control-plane calls a second | most in one second | turned away, of which for good | runs of handlers a day |
| --: | --: | --: | --: | --: | --: | --: | --: |
${measured.atRest
  .map(({ endpoints, reconciledSeconds, idleVersions, tornDownSeconds, controlPlanePerSecond, uses, runsPerDay }) =>
    row(
      count(endpoints),
      seconds(reconciledSeconds),
      count(idleVersions),
      seconds(tornDownSeconds),
      controlPlanePerSecond.toFixed(2),
      count(uses.get('lambda')?.most ?? 0),
      turnedAway(uses.get('lambda')),
      count(runsPerDay),
    ),
  )
  .join('\n')}

## Rollouts at once

All models are uploaded within a second, each to an endpoint with 600 requests a minute, and \`rollouts.atOnce\` lets all of them begin.

${rolloutsTable(measured.rollouts.filter(({ kind }) => kind === 'good'))}

### Every one turns bad

In one minute of their canaries half of every green's requests begin to fail. Blue's time counts from when that minute has settled.
From its beginning, when the first users meet it, it is three minutes more: ${fromBeginning(measured.rollouts)}.

${rolloutsTable(measured.rollouts.filter(({ kind }) => kind === 'bad'))}

### Every one turns bad, and UpdateAlias fails for ${OUTAGE_MINUTES} minutes

Blue's time counts from the end of the outage, which begins with the first bad minute.

${rolloutsTable(measured.rollouts.filter(({ kind }) => kind === 'outage'))}

## What an endpoint costs

Dollars a month, at rest and without users' requests, by the same sums as \`greenlight cost\`: ${PRICES_2026_11.region}, ${PRICES_2026_11.asOf}.

${costTable(measured.atRest.map(({ endpoints }) => endpoints))}

## How to read it

- **Simulated** is the account: Lambda's control plane has 15 calls a second for all of its calls but \`Invoke\`, \`GetFunction\` (100) and \`GetPolicy\`;
  \`GetMetricData\` 50; Step Functions, SNS and EventBridge what the smaller regions have; a partition of the table 1,000 writes and 3,000
  reads. Each is a bucket that fills all the time. A call that is turned away is tried again as the SDK does it. The app's own
  steps run, and the template that is deployed; models and their users are made up.
- **A call** takes what is usual: 80 ms for Lambda, 8 for DynamoDB, 150 for CloudWatch. Cold starts of handlers are not simulated.
- **A minute has settled** two minutes after its end: so long CloudWatch may take to tell all of it. No judge can be sure before that.
- **Promises**: every rollout has ended as it should, one version alone serves each endpoint, no event was given up, and no request failed
  because of a shift.
`;

const fromBeginning = (rollouts: readonly Rollouts[]): string =>
  rollouts
    .filter(({ kind }) => kind === 'bad')
    .map(({ atOnce, restored }) => {
      const last = (restored?.last ?? NaN) + SETTLED_AFTER_MS / 1000;
      return `${seconds(last)} until the last of ${count(atOnce)} is back`;
    })
    .join(', ');

const aimRow = (aim: ScaleAim): string =>
  row(
    aim.what,
    `${number(aim.value)} ${aim.unit}`,
    `${number(aim.atMost)} ${aim.unit}`,
    isMet(aim) ? 'reached' : '**missed**',
  );

function rolloutsTable(rollouts: readonly Rollouts[]): string {
  const rows = rollouts.map(({ atOnce, medianMinutes, lastMinutes, restored, uses }) =>
    row(
      count(atOnce),
      `${medianMinutes.toFixed(1)} min`,
      `${lastMinutes.toFixed(1)} min`,
      ...(restored ? [seconds(restored.median), seconds(restored.last)] : []),
      count(uses.get('lambda')?.calls ?? 0),
      turnedAway(uses.get('lambda')),
      count(uses.get('GetMetricData')?.most ?? 0),
      turnedAway(uses.get('GetMetricData')),
    ),
  );
  const isBad = rollouts.some(({ restored }) => restored !== undefined);
  const heads = [
    ...['at once', 'the middle one takes', 'the last'],
    ...(isBad ? ['blue alone, the middle one', 'the last'] : []),
    ...[
      'control-plane calls',
      'turned away, of which for good',
      'most GetMetricData a second',
      'turned away, of which for good',
    ],
  ];
  return [row(...heads), row(...heads.map(() => '--:')), ...rows].join('\n');
}

function costTable(sizes: readonly number[]): string {
  const endpoint = { builtIn: true, alarms: true, memoryMB: 1024, provisionedConcurrency: 0, warmIdleVersions: 0 };
  const costs = sizes.map((endpoints) =>
    standingCostPerDay(
      { ...STANDING_APP, endpoints: Array.from({ length: endpoints }, () => endpoint) },
      PRICES_2026_11,
    ),
  );
  const whats = [...new Set(costs.flatMap(({ lines }) => lines.map(({ what }) => what)))];
  const monthly = (usdPerDay: number) => (usdPerDay * DAYS_PER_MONTH).toFixed(2);
  const heads = ['part', ...sizes.map((endpoints) => some(endpoints, 'endpoint'))];
  return [
    row(...heads),
    row('---', ...sizes.map(() => '--:')),
    ...whats.map((what) =>
      row(what, ...costs.map(({ lines }) => monthly(lines.find((line) => line.what === what)?.usd ?? 0))),
    ),
    row('**all of it**', ...costs.map(({ usdPerDay }) => `**${monthly(usdPerDay)}**`)),
    row('an endpoint', ...costs.map(({ usdPerDay }, index) => monthly(usdPerDay / (sizes[index] ?? 1)))),
  ].join('\n');
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const number = (value: number): string => (Number.isInteger(value) ? count(value) : value.toFixed(0));
const seconds = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(0)} s` : 'not all');
const turnedAway = (use?: { readonly throttled: number; readonly refused: number }): string =>
  use === undefined ? '0' : `${count(use.throttled)}, ${count(use.refused)}`;
