import { AwsError, type ServiceName } from '../../../simulator/service';
import type { Dice } from '../plan/dice';
import type { FaultPlan } from '../plan/plan';
import { type FaultRun, siteOf } from './fault-run';

type CallOutput = Record<string, unknown>;

interface SiteFault {
  readonly side: 'before' | 'after';
  /** After a lost answer the SDK sends the command once more, and the step sees the second answer. */
  readonly resent: boolean;
  /** The first of the site's calls that fails, and how many in a row do. */
  readonly first: number;
  readonly count: number;
  readonly error: AwsError;
}

/** Throttles and internal errors by the names that the services use. */
export const ERRORS: Readonly<Record<ServiceName, readonly [AwsError, ...AwsError[]]>> = {
  lambda: [
    new AwsError('TooManyRequestsException', 'Rate exceeded', 429),
    new AwsError('ServiceException', 'Internal', 500),
  ],
  s3: [
    new AwsError('SlowDown', 'Please reduce your request rate.', 503),
    new AwsError('InternalError', 'Internal', 500),
  ],
  dynamodb: [
    new AwsError('ThrottlingException', 'Rate exceeded', 400),
    new AwsError('InternalServerError', 'Internal', 500),
  ],
  cloudwatch: [
    new AwsError('ThrottlingException', 'Rate exceeded', 400),
    new AwsError('InternalServiceFault', 'Internal', 500),
  ],
  sfn: [
    new AwsError('ThrottlingException', 'Rate exceeded', 400),
    new AwsError('InternalServerError', 'Internal', 500),
  ],
  eventbridge: [
    new AwsError('ThrottlingException', 'Rate exceeded', 400),
    new AwsError('InternalException', 'Internal', 500),
  ],
  sqs: [new AwsError('RequestThrottled', 'Rate exceeded', 403), new AwsError('InternalError', 'Internal', 500)],
  sns: [
    new AwsError('ThrottledException', 'Rate exceeded', 429),
    new AwsError('InternalErrorException', 'Internal', 500),
  ],
};
export const LOST = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

export const INJECTED_ERRORS: readonly string[] = [
  ...Object.values(ERRORS).flatMap((errors) => errors.map(({ name }) => name)),
  LOST.name,
];

/** Calls that fail, by call site: refused before they have any effect, or their answers lost after it. */
export function failCalls(run: FaultRun): void {
  const { hooks } = run.stage.world;
  const faults = new Map<string, SiteFault | undefined>();
  const calls = new Map<string, number>();
  const faultOf = (site: string, service: ServiceName): SiteFault | undefined => {
    if (!faults.has(site)) faults.set(site, drawSite(run.dice.for(site), site, run.plan, service));
    return faults.get(site);
  };
  const isHit = (site: string, { first, count }: SiteFault): boolean => {
    const nth = calls.get(site) ?? 0;
    return run.active && nth >= first && nth < first + count;
  };
  hooks.onBefore((call) => {
    const site = siteOf(call);
    if (site === undefined) return;
    calls.set(site, (calls.get(site) ?? 0) + 1);
    const fault = faultOf(site, call.service);
    if (fault?.side === 'after' && ANSWERED_BY_AN_ERROR.includes(site) && isHit(site, fault)) {
      run.logCall('answer lost', call);
      countFailure(run, site, 'after');
      throw LOST;
    }
    if (fault?.side !== 'before' || !isHit(site, fault)) return;
    run.logCall('call refused', call);
    countFailure(run, site, 'before');
    throw fault.error;
  });
  hooks.onAfter(async (call, answer) => {
    const site = siteOf(call);
    const fault = site === undefined ? undefined : faultOf(site, call.service);
    if (site === undefined || fault?.side !== 'after' || !isHit(site, fault)) return;
    run.logCall('answer lost', call);
    countFailure(run, site, 'after');
    if (!fault.resent) throw LOST;
    const { clock, services } = run.stage.world;
    await clock.sleep(100);
    const second = (await services[call.service].call(call.command, call.input, call.caller)) as CallOutput;
    for (const name of Object.keys(answer as CallOutput)) if (name !== '$metadata') delete (answer as CallOutput)[name];
    Object.assign(answer as CallOutput, second);
  });
}

/** Reads whose usual answer is an error, that there is no such thing: it can be lost like any other. */
const ANSWERED_BY_AN_ERROR: readonly string[] = ['verify-green lambda.GetProvisionedConcurrencyConfig'];

/**
 * Sites that fewer than one run in fifty reaches, or reaches in time. Where one of them is reached, its first call
 * fails more often than not: otherwise thousands of runs would never see it fail one way.
 */
const SELDOM: readonly string[] = [
  'discard-green lambda.DeleteFunction',
  'discard-green lambda.UpdateAlias',
  'finish-rollout sfn.DescribeExecution',
  'finish-rollout sfn.StartExecution',
  'judge-canary dynamodb.TransactWrite',
  'judge-live cloudwatch.DescribeAlarms',
  'judge-live dynamodb.Get',
  'judge-live dynamodb.TransactWrite',
  'live-alias dynamodb.Delete',
  'live-alias sfn.DescribeExecution',
  'reconcile cloudwatch.DescribeAlarms',
  'reconcile cloudwatch.GetMetricData',
  'reconcile lambda.UpdateAlias',
  'reconcile s3.GetObject',
  'reconcile sfn.SendTaskSuccess',
  'reconcile sfn.StartExecution',
  'replay-traffic dynamodb.Get',
  'restore-blue s3.HeadObject',
  'restore-blue sfn.DescribeExecution',
  'safety-net lambda.UpdateAlias',
  'safety-net s3.GetObject',
  'safety-net s3.HeadObject',
  'safety-net sfn.StartExecution',
  'start-rollout dynamodb.Delete',
  'start-rollout sfn.DescribeExecution',
  'teardown-idle lambda.DeleteProvisionedConcurrencyConfig',
  'verify-green lambda.GetProvisionedConcurrencyConfig',
];

/** Asked in deploys that take an endpoint away, whose runs have no other faults. */
const OF_DEPLOYS = 'live-alias dynamodb.Query';

function drawSite(
  dice: Dice,
  site: string,
  { failingSites, unlucky }: FaultPlan,
  service: ServiceName,
): SiteFault | undefined {
  const seldom = failingSites > 0 && SELDOM.includes(site);
  // Half of the unlucky handler's sites fail, whatever the share is.
  const isUnlucky = unlucky !== undefined && site.startsWith(`${unlucky} `);
  const share = site === OF_DEPLOYS ? 0.2 : failingSites;
  if (!dice.chance(seldom ? 0.75 : isUnlucky ? 0.5 : share)) return undefined;
  return {
    side: dice.pick(['before', 'after']),
    resent: dice.chance(0.4),
    first: seldom ? 1 : dice.pick([1, 1, 2, 3, 6]),
    count: dice.pick(seldom ? [1, 2, Infinity] : [1, 1, 2, 4, 12, Infinity]),
    error: dice.pick(ERRORS[service]),
  };
}

/** The note of the waiting upload is refused its removal, by each handler once. */
export function keepWaiting(run: FaultRun): void {
  const refused = new Set<string>();
  run.stage.world.hooks.onBefore((call) => {
    const site = siteOf(call);
    if (site === undefined || !run.plan.waitingStays || !run.active || refused.has(site)) return;
    const { sk } = (call.input['Key'] ?? {}) as { readonly sk?: string };
    if (call.command !== 'Delete' || sk?.startsWith('WAITING') !== true) return;
    refused.add(site);
    run.logCall('call refused', call);
    countFailure(run, site, 'before');
    throw ERRORS.dynamodb[0];
  });
}

export function countFailure(run: FaultRun, site: string, side: 'before' | 'after'): void {
  const count = run.stage.story.sites.get(site);
  if (count) count[side] += 1;
}

/** A service throttles a share of all calls for a while. */
export function throttleServices(run: FaultRun): void {
  const dice = run.dice.for('bursts');
  run.stage.world.hooks.onBefore((call) => {
    const site = siteOf(call);
    if (site === undefined || !run.active) return;
    const hit = run.plan.bursts.some(
      ({ service, share, fromMs, untilMs }) =>
        service === call.service && run.since >= fromMs && run.since < untilMs && dice.chance(share),
    );
    if (!hit) return;
    run.logCall('throttling burst', call);
    countFailure(run, site, 'before');
    throw ERRORS[call.service][0];
  });
}

/** Calls of some sites that take 5 to 50 s, which is less than any handler's limit, or more than most. */
export function slowCalls(run: FaultRun): void {
  const { hooks, clock } = run.stage.world;
  const slow = new Map<string, number>();
  hooks.onBefore(async (call) => {
    const site = siteOf(call);
    if (site === undefined || !run.active || run.plan.slowSites === 0) return;
    if (!slow.has(site)) slow.set(site, drawDelay(run.dice.for(`slow ${site}`), run.plan.slowSites));
    const ms = slow.get(site) ?? 0;
    if (ms === 0) return;
    run.logCall('slow call', call);
    await clock.sleep(ms);
    if (clock.scopes.killed()) throw LOST;
  });
}

const drawDelay = (dice: Dice, share: number): number => (dice.chance(share) ? dice.pick([5_000, 20_000, 50_000]) : 0);
