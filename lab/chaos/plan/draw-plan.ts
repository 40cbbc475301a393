import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { Dice } from './dice';
import { drawFaults, quietFaults } from './draw-faults';
import { drawCompany, drawCrowd, drawFamilies, drawFirst, drawIncidents } from './draw-incidents';
import { drawOperations } from './draw-operations';
import { drawHooks } from './draw-hooks';
import { drawModel } from './draw-model';
import { drawReplay, drawReplayFaults } from './draw-replay';
import { drawSettings, drawStrategy } from './draw-settings';
import type { Family, Incidents } from './incidents';
import type { EndpointPlan, ChaosPlan, StartPlan, TrafficPlan, UploadPlan, WavesPlan } from './plan';

export const ENDPOINT_NAMES = ['alpha', 'beta', 'gamma'] as const;

/** Everything that a run does and suffers, drawn from its seed alone, or from its seed for incidents of one family. */
export function drawPlan(seed: number, asked?: Family): ChaosPlan {
  const dice = new Dice(`chaos ${seed}`);
  const count = dice.weighted([
    [1, 6],
    [2, 3],
    [3, 1],
  ]);
  const extra = dice.for('incidents');
  const families = drawFamilies(extra, asked);
  const inWaves = families.includes('waves');
  const drawnEndpoints = ENDPOINT_NAMES.slice(0, inWaves ? ENDPOINT_NAMES.length : count).map((name) =>
    drawEndpoint(dice.for(name), name, families),
  );
  const names = drawnEndpoints.map(({ name }) => name) as [string, ...string[]];
  const endpoints = drawnEndpoints.map((one, index) =>
    index === 0 && families.includes('first models') ? { ...one, served: false } : one,
  );
  const drawn = drawFaults(dice.for('faults'), drawnEndpoints);
  const begun = (families.length > 0 && extra.chance(0.6)) || families.includes('deploys') ? quietFaults(drawn) : drawn;
  const [replaying, policies] = [dice.for('replays'), dice.for('policies')];
  const replayed = endpoints.some(({ settings: { replay } }) => replay?.mode !== undefined) && replaying.chance(0.6);
  const { crashes, stops, replayCalls } = replayed ? drawReplayFaults(replaying) : NO_REPLAY_FAULTS;
  const incidents = { ...drawIncidents(extra, families, names, begun.untilMs), replayCalls };
  // A crowd is told of in any order.
  const events = families.includes('crowd')
    ? { ...begun.events, 'aws.s3': { lost: 0, doubled: 0.5, late: 0.5 } }
    : begun.events;
  const faults = {
    ...begun,
    crashes: [...begun.crashes, ...crashes],
    stops: [...begun.stops, ...stops],
    events,
    untilMs: Math.max(begun.untilMs, ...incidents.withheld.map(({ untilMs }) => untilMs)),
  };
  const usual = dice.times(dice.int(1, 5), (index) =>
    drawUpload(dice.for(`upload ${index}`), index, names, begun.untilMs),
  );
  const uploads = [
    ...usual,
    ...drawCompany(
      extra.for('company'),
      families.includes('replays') || families.includes('hooks') ? names : endpointsOf(incidents),
    ),
    ...(families.includes('crowd') ? drawCrowd(extra.for('crowd'), names, begun.untilMs) : []),
    ...(families.includes('first models') ? drawFirst(extra.for('first'), names[0]) : []),
  ];
  const starts = dice.times(
    dice.weighted([
      [0, 5],
      [1, 3],
      [2, 1],
    ]),
    (index) => drawStart(dice.for(`start ${index}`), names, begun.untilMs),
  );
  const drills = drawDrills(dice.for('drills'), names, begun.untilMs, families.includes('drills'));
  const operations = drawOperations(dice.for('operations'), names, begun.untilMs);
  const teardownsAtMs = dice.chance(0.3) ? dice.times(dice.int(1, 4), () => dice.int(0, begun.untilMs)) : [];
  return {
    ...{ seed, endpoints, uploads, starts: [...starts, ...drills], operations, teardownsAtMs, faults, incidents },
    wayOut: {
      endpoint: extra.pick(names),
      how: extra.pick(['dies', 'crashes', 'hangs']),
      first: extra.pick(['rollback', 'upload']),
    },
    ...(dice.chance(0.15) && { redeployAtMs: dice.int(0, begun.untilMs) }),
    ...(inWaves && { waves: drawWaves(dice.for('deploys in waves'), begun.untilMs) }),
    ...(policies.chance(0.5) && { policiesSettle: { afterMs: policies.int(5, 50) * 1000, pick: policies.share() } }),
  };
}

function drawWaves(dice: Dice, untilMs: number): WavesPlan {
  const deploys = dice.weighted([
    [1, 3],
    [2, 2],
  ]);
  return {
    deploysAtMs: [dice.int(0, 5 * MINUTE_MS), ...dice.times(deploys - 1, () => dice.int(6 * MINUTE_MS, untilMs))],
    resumesAtMs: dice.times(dice.int(0, 3), () => dice.int(5 * MINUTE_MS, untilMs)),
  };
}

const endpointsOf = ({ sick, outages, silences, deletions, callers, hands, deploys }: Incidents): ReadonlySet<string> =>
  new Set(
    [...sick, ...outages, ...silences, ...deletions, ...callers, ...hands, ...deploys].map(({ endpoint }) => endpoint),
  );

const NO_REPLAY_FAULTS = { crashes: [], stops: [], replayCalls: [] } as const;

function drawEndpoint(dice: Dice, name: string, families: readonly Family[]): EndpointPlan {
  const { replay, settings } = drawReplay(dice.for('replay'), families.includes('replays'));
  const hooks = drawHooks(dice.for('hooks'), families.includes('hooks'));
  const drill = dice.for('drill').chance(families.includes('drills') ? 1 : 0.5);
  return {
    ...{ name, replay, settings: { ...drawSettings(dice.for('settings')), ...settings, ...hooks, ...LABELLED, drill } },
    ...{ traffic: drawTraffic(dice, families), served: dice.chance(families.includes('waves') ? 1 : 0.85) },
  };
}

/** A label counts soon, and few are enough, so that runs of minutes have what real canaries have in hours. */
const LABELLED = { gates: { accuracy: { withinMinutes: 1, minLabels: 100 } } } as const;

function drawTraffic(dice: Dice, families: readonly Family[]): TrafficPlan {
  const labelled = dice.for('labels').chance(families.includes('callers') ? 0.7 : 0.2) ? 0.2 : 0;
  const requestsPerMinute = dice.weighted([
    [0, 2],
    [60, 1],
    [600, 1],
    [3_000, 3],
    [6_000, 3],
  ]);
  return { requestsPerMinute, shape: dice.pick(['steady', 'steady', 'comes and goes', 'bursts']), labelled };
}

function drawUpload(dice: Dice, index: number, names: readonly [string, ...string[]], untilMs: number): UploadPlan {
  const name = `m${index + 1}`;
  const fixed: Record<string, string> = dice.chance(0.3) ? { strategy: drawStrategyText(dice) } : {};
  const strategy = dice.for('auto').chance(0.1) ? { strategy: 'Auto' } : fixed;
  // Most uploads come early, so that rollouts meet each other and the faults.
  const atMs = Math.floor(untilMs * dice.share() ** 2);
  const wrong = dice.share();
  const [drawn, loading] = [drawModel(dice.for('model'), name), dice.for('loading')];
  const metadata = wrong < 0.03 ? { strategy: 'Fastest' } : strategy;
  return {
    atMs,
    endpoint: wrong > 0.98 ? 'nobody' : dice.pick(names),
    file: wrong > 0.96 && wrong <= 0.98 ? `${name}.txt` : `${dice.chance(0.2) ? 'model' : name}.onnx`,
    ...drawn,
    model: { ...drawn.model, ...(loading.chance(0.15) && { loading: loading.times(3, () => loading.int(0, 30)) }) },
    metadata,
  };
}

function drawStrategyText(dice: Dice): string {
  const strategy = drawStrategy(dice);
  return typeof strategy === 'string' ? strategy : JSON.stringify(strategy);
}

function drawStart(dice: Dice, names: readonly [string, ...string[]], untilMs: number): StartPlan {
  const endpoint = dice.pick(names);
  const input = dice.weighted<unknown>([
    [{ endpoint, dryRun: true, force: true }, 3],
    [{ endpoint, action: 'rollback', reason: 'complaints' }, 4],
    [{ endpoint, force: true }, 2],
    [{ endpoint, model: 'live', force: true }, 1],
    [{ Comment: 'Insert your JSON here' }, 1],
    [{ endpoint: 'nobody' }, 0.5],
    [{ endpoint, wieght: 10 }, 0.5],
  ]);
  return { atMs: Math.max(5 * MINUTE_MS, dice.int(0, untilMs)), input };
}

/** Most find the endpoint busy, without the setting, or with too few requests to see by. */
function drawDrills(
  dice: Dice,
  names: readonly [string, ...string[]],
  untilMs: number,
  always: boolean,
): readonly StartPlan[] {
  if (!dice.chance(always ? 1 : 0.15)) return [];
  return dice.times(dice.int(1, 2), (index) => ({
    atMs: always && index === 0 ? 0 : dice.int(0, untilMs),
    input: { endpoint: dice.pick(names), action: 'drill', reason: 'quarterly' },
  }));
}
