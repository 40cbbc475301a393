import { type HandlerName, ROLLOUT_HANDLERS } from '../../../lib/handlers';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { SERVICE_NAMES } from '../../../simulator/service';
import type { Dice } from './dice';
import type { CrashPlan, EndpointPlan, FaultPlan, MetricsPlan, Shares, StopPlan } from './plan';
import type { Window } from './incidents';

/** The publisher and its bus have dice of their own, so that what is drawn for the others stays as it was. */
const HANDLERS = ROLLOUT_HANDLERS.filter((name) => name !== 'announce') as unknown as readonly [
  HandlerName,
  ...HandlerName[],
];
const SERVICES = SERVICE_NAMES.filter((name) => name !== 'eventbridge') as unknown as readonly [string, ...string[]];

/** Handlers that few runs need have their turn more often. */
const SELDOM: readonly HandlerName[] = [
  'discard-green',
  'live-alias',
  'reconcile',
  'safety-net',
  'start-rollout',
  'teardown-idle',
];
const UNLUCKY = HANDLERS.map((handler) => [handler, SELDOM.includes(handler) ? 3 : 1] as const);

/** Each kind of fault is in some runs and not in others: with all of them at once no rollout would get anywhere. */
export function drawFaults(dice: Dice, endpoints: readonly EndpointPlan[]): FaultPlan {
  const untilMs = dice.int(5, 50) * MINUTE_MS;
  const names = endpoints.map(({ name }) => name) as [string, ...string[]];
  const some = <T>(probability: number, most: number, make: (dice: Dice) => T): readonly T[] =>
    dice.chance(probability) ? dice.times(dice.int(1, most), () => make(dice)) : [];
  const publisher = dice.for('publisher');
  return {
    untilMs,
    callMs: dice.pick([0, 20, 200]),
    failingSites: dice.weighted([
      [0, 3],
      [0.03, 3],
      [0.08, 3],
      [0.25, 2],
    ]),
    ...(dice.chance(0.5) && { unlucky: dice.weighted<HandlerName>(UNLUCKY) }),
    ...(publisher.chance(0.15) && { unlucky: 'announce' as const }),
    slowSites: dice.chance(0.15) ? 0.05 : 0,
    bursts: [
      ...some(0.15, 2, (d) => ({
        ...window(d, untilMs, 4),
        service: d.pick(SERVICES),
        share: d.pick([0.3, 0.7, 1]),
      })),
      ...(publisher.chance(0.1)
        ? [{ ...window(publisher, untilMs, 4), service: 'eventbridge', share: publisher.pick([0.3, 0.7, 1]) }]
        : []),
    ],
    crashes: [
      ...some(0.3, 3, drawCrash),
      ...(publisher.chance(0.2) ? [{ ...drawCrash(publisher), handler: 'announce' as const }] : []),
    ],
    stops: some(0.35, 2, (d) => drawStop(d, untilMs)),
    redriveShare: dice.chance(0.3) ? 0.5 : 0,
    events: { 'aws.s3': drawShares(dice), 'aws.states': drawShares(dice) },
    ticks: { ...drawShares(dice), late: 0 },
    batches: drawShares(publisher),
    requestsRepeated: dice.chance(0.4),
    waitingStays: dice.chance(0.4),
    staleLists: dice.chance(0.2) ? 0.5 : 0,
    ...(dice.chance(0.2) && { metrics: drawMetrics(dice, untilMs) }),
    usersThrottled: some(0.1, 2, (d) => ({
      ...window(d, untilMs, 5),
      endpoint: d.pick(names),
      rate: d.pick([0.1, 0.5]),
    })),
    moves: some(0.12, 2, (d) => ({
      ...{ atMs: d.int(0, untilMs), endpoint: d.pick(names), pick: d.share() },
      weight: d.pick([0, 0, 0.2]),
      ...(d.chance(0.5) && { beforeWrite: d.int(1, 3) }),
    })),
  };
}

/** The same stretch of time without any of it, so that an incident can be seen alone. */
export function quietFaults({ untilMs, callMs }: FaultPlan): FaultPlan {
  const none: Shares = { lost: 0, doubled: 0, late: 0 };
  return {
    ...{ untilMs, callMs, failingSites: 0, slowSites: 0, bursts: [], crashes: [], stops: [], redriveShare: 0 },
    ...{ events: { 'aws.s3': none, 'aws.states': none }, ticks: none, batches: none, requestsRepeated: false },
    ...{ waitingStays: false, staleLists: 0, usersThrottled: [], moves: [] },
  };
}

function window(dice: Dice, untilMs: number, mostMinutes: number): Window {
  const fromMs = dice.int(0, untilMs);
  return { fromMs, untilMs: Math.min(untilMs, fromMs + dice.int(1, mostMinutes * 60) * 1000) };
}

function drawCrash(dice: Dice): CrashPlan {
  return { handler: dice.pick(HANDLERS), call: dice.int(1, 14), how: dice.pick(['step crashed', 'step timed out']) };
}

const WRITERS: readonly [HandlerName, ...HandlerName[]] = ['shift-traffic', 'promote-green'];

function drawStop(dice: Dice, untilMs: number): StopPlan {
  const how = dice.pick(['execution stopped', 'execution stopped', 'execution timed out']);
  const at = dice.weighted<'time' | 'call' | 'write'>([
    ['time', 2],
    ['call', 1],
    ['write', 1],
  ]);
  if (at === 'time') return { how, at, atMs: dice.int(0, untilMs) };
  const [handler, call] =
    at === 'write' ? [dice.pick(WRITERS), dice.int(3, 6)] : [dice.pick(HANDLERS), dice.int(1, 14)];
  return {
    how,
    at: 'call',
    handler,
    call,
    side: dice.pick(['before', 'after']),
    thenMs: dice.pick([0, 0, 5_000, 20_000]),
  };
}

function drawShares(dice: Dice): Shares {
  if (!dice.chance(0.35)) return { lost: 0, doubled: 0, late: 0 };
  return { lost: dice.pick([0, 0.3, 1]), doubled: dice.pick([0, 0.5]), late: dice.pick([0, 0.5]) };
}

function drawMetrics(dice: Dice, untilMs: number): MetricsPlan {
  const kind = dice.pick(['metrics late', 'metrics partial', 'metrics missing', 'metrics wrong']);
  const fromMs = dice.int(0, untilMs);
  return { kind, fromMs, untilMs, of: dice.pick(['blue', 'green', 'both']) };
}
