import { ROLLOUT_HANDLERS } from '../../../lib/handlers';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Dice } from './dice';
import { drawModel, type Harm, modelThat } from './draw-model';
import { FAMILIES, type Family, type Incidents, type Moment, NO_INCIDENTS } from './incidents';
import type { UploadPlan } from './plan';

/** How often a family is in a run that has incidents; those of the second draw come beside them. */
const SHARES: Readonly<Record<Family, number>> = {
  ...{ 'sick models': 2, 'shared outage': 2, silence: 2, deletions: 0, deploys: 0 },
  ...{
    'missing permission': 2,
    callers: 1,
    crowd: 2,
    'first models': 1,
    hands: 2,
    replays: 0,
    hooks: 0,
    drills: 0,
    waves: 0,
  },
};
const MORE: readonly (readonly [Family | undefined, number])[] = [
  [undefined, 15],
  ['deletions', 4],
  ['deploys', 1],
];

/** The families of a run: those that are asked for, else none in three of ten runs. */
export function drawFamilies(dice: Dice, asked?: Family): readonly Family[] {
  if (asked !== undefined) return [asked];
  const count = dice.weighted([
    [0, 4],
    [1, 5],
    [2, 1],
  ]);
  const drawn = dice.times(count, () => dice.weighted(FAMILIES.map((family) => [family, SHARES[family]] as const)));
  const more = dice.for('more families').weighted(MORE);
  return [...new Set([...drawn, ...(more === undefined ? [] : [more])])];
}

export function drawIncidents(
  dice: Dice,
  families: readonly Family[],
  names: readonly [string, ...string[]],
  untilMs: number,
): Incidents {
  const drawn = families.map((family) => DRAW[family](dice.for(family), names, untilMs));
  return Object.assign({}, NO_INCIDENTS, ...drawn, { families }) as Incidents;
}

const SICKNESSES = ['dies', 'crashes', 'hangs'] as const;

type Draw = (dice: Dice, names: readonly [string, ...string[]], untilMs: number) => Partial<Incidents>;

const DRAW: Readonly<Record<Family, Draw>> = {
  'sick models': (dice, names, untilMs) => ({
    sick: dice.times(dice.int(1, 2), () => ({
      ...{ when: moment(dice, untilMs), endpoint: dice.pick(names) },
      who: dice.weighted<'live' | 'green' | 'both'>([
        ['live', 3],
        ['green', 3],
        ['both', 1],
      ]),
      how: dice.weighted<'dies' | 'crashes' | 'slows' | 'hangs'>([
        ['dies', 3],
        ['crashes', 2],
        ['slows', 1],
        ['hangs', 2],
      ]),
      ...(dice.chance(0.4) && { forMs: dice.int(30, 900) * 1000 }),
    })),
  }),
  'shared outage': (dice, names, untilMs) => ({
    outages: dice.times(dice.int(1, 2), (index) => {
      const plan = { when: moment(dice, untilMs), endpoint: dice.pick(names), forMs: dice.int(1, 12) * MINUTE_MS };
      const [errorRate, slow] = [dice.pick([0.1, 0.3, 0.6, 1]), dice.for(`slow ${index}`)];
      return slow.chance(0.35)
        ? { ...plan, errorRate: 0, slowMs: slow.pick([10, 60, 200]) }
        : { ...plan, errorRate, slowMs: 0 };
    }),
  }),
  silence: (dice, names, untilMs) => ({
    silences: dice.times(dice.int(1, 2), () => ({
      ...{ when: moment(dice, untilMs), endpoint: dice.pick(names) },
      ...{ forMs: dice.int(1, 40) * MINUTE_MS, how: dice.pick(['away', 'lost']) },
      of: dice.weighted<'blue' | 'green' | 'both'>([
        ['blue', 1],
        ['green', 1],
        ['both', 2],
      ]),
      ...(dice.chance(0.3) && {
        metric: dice.pick(['Invocations', 'Errors', 'Model', 'Duration', 'Warm', 'Predicted']),
      }),
    })),
  }),
  deletions: (dice, names, untilMs) => ({
    deletions: dice.times(dice.int(1, 3), () => ({
      ...{ when: moment(dice, untilMs), endpoint: dice.pick(names), backAfterMs: dice.int(2, 30) * MINUTE_MS },
      what: dice.pick([
        ...(['blue version', 'old versions', 'lock item', 'record item', 'live item', 'settings item'] as const),
        ...(['upload items', 'live object', 'green object', 'target object', 'golden set'] as const),
        ...(['golden set replaced', 'alias description'] as const),
      ] as const),
    })),
  }),
  'missing permission': (dice, _, untilMs) => ({
    withheld: dice.times(dice.int(1, 2), () => {
      const fromMs = dice.int(0, untilMs / 2);
      const plan = { handler: dice.pick(ROLLOUT_HANDLERS), untilMs: fromMs + dice.int(20, 90) * MINUTE_MS };
      const pick = dice.share();
      const own = dice.for(`role ${pick}`);
      const workflow = own.chance(0.25) && ({ role: 'workflow', handler: own.pick(STEPS) } as const);
      return { ...{ fromMs, pick }, ...plan, ...workflow };
    }),
  }),
  callers: (dice, names, untilMs) => ({
    callers: dice.times(dice.int(1, 2), () => ({
      ...{ when: moment(dice, untilMs), endpoint: dice.pick(names), forMs: dice.int(1, 6) * MINUTE_MS },
      how: dice.pick(['flood', 'one class only', 'refused requests', 'forged labels', 'oversize answers']),
      rate: dice.pick([600, 6_000, 20_000]),
    })),
  }),
  // Uploads alone, see drawCrowd and drawFirst; requests to replay alone, see drawReplay.
  crowd: () => ({}),
  'first models': () => ({}),
  replays: () => ({}),
  // What the users' function says, see answerHooks.
  hooks: () => ({}),
  // Executions that people start, see drawDrills.
  drills: () => ({}),
  // The deploys are drawn with the plan; here, which of their greens prove bad.
  waves: (dice, names) => ({
    sick: names.flatMap((endpoint) =>
      dice.chance(0.35)
        ? [
            {
              when: { on: 'canary', afterMs: dice.int(0, 120_000) },
              endpoint,
              who: 'green',
              how: dice.pick(SICKNESSES),
            },
          ]
        : [],
    ),
  }),
  hands: (dice, names, untilMs) => ({
    hands: dice.times(dice.int(1, 3), () => ({
      ...{ when: moment(dice, untilMs), endpoint: dice.pick(names) },
      what: dice.pick([
        ...(['rolls back', 'two roll back', 'nudges the weight'] as const),
        ...(['moves the alias away and back', 'promotes and rolls back'] as const),
      ] as const),
    })),
  }),
  deploys: (dice, names) => ({
    deploys: [
      {
        // A canary takes minutes. Other rollouts may end before the deploy asks, and at rest an endpoint may be taken
        // away.
        when: { on: 'canary', afterMs: dice.pick([0, 5_000, 20_000]) },
        endpoint: dice.pick(names),
        what: dice.pick(['takes it away', 'renames it', 'swaps its function']),
      },
    ],
  }),
};

/** Handlers that the state machine invokes. */
const STEPS = [
  ...(['validate-model', 'deploy-green', 'verify-green', 'shift-traffic', 'judge-canary', 'await-approval'] as const),
  ...(['promote-green', 'judge-live', 'finish-rollout', 'restore-blue'] as const),
] as const;

/** Most incidents meet a rollout at work. */
function moment(dice: Dice, untilMs: number): Moment {
  const on = dice.weighted<Moment['on']>([
    ['time', 2],
    ['canary', 3],
    ['promotion', 3],
    ['bad end', 1],
  ]);
  if (on === 'time') return { on, atMs: dice.int(0, untilMs) };
  const asked = dice.for('asked').chance(0.15);
  return { on: asked ? 'question' : on, afterMs: dice.pick([0, 500, 5_000, 20_000, 60_000, 120_000, 240_000]) };
}

/** Uploads to some keys within one second or two. */
export function drawCrowd(dice: Dice, names: readonly [string, ...string[]], untilMs: number): readonly UploadPlan[] {
  const [endpoint, fromMs] = [dice.pick(names), dice.int(0, untilMs / 2)];
  const sameKey = dice.chance(0.5);
  return dice.times(dice.int(2, 6), (index) => {
    const name = `c${index + 1}`;
    return {
      atMs: fromMs + dice.int(0, dice.pick([0, 300, 900, 2_500])),
      ...{ endpoint, file: sameKey || dice.chance(0.3) ? 'crowd.onnx' : `${name}.onnx` },
      metadata: dice.weighted<Readonly<Record<string, string>>>([
        [{}, 8],
        [{ dryrun: 'true' }, 1],
        [{ strategy: 'AllAtOnce' }, 1],
        [{ strategy: '{"steps":[{"weight":99,"bakeMinutes":1}]}' }, 1],
      ]),
      ...drawModel(dice.for(name), name),
    };
  });
}

/** The first model of an endpoint, which most often answers nothing. */
export function drawFirst(dice: Dice, endpoint: string): readonly UploadPlan[] {
  const harm = dice.weighted<Harm | 'good'>([
    ['good', 1],
    ['mute', 3],
    ['unloadable', 1],
    ['crashing', 1],
  ]);
  const name = 'f1';
  const drawn = { model: modelThat(harm, name), ...(harm !== 'good' && { harm }) };
  return [{ atMs: dice.int(0, 30) * 1000, endpoint, file: `${name}.onnx`, metadata: {}, ...drawn }];
}

/** A good or a bad model, early, for incidents to meet: half of the runs would have no rollout of the endpoint else. */
export function drawCompany(dice: Dice, endpoints: Iterable<string>): readonly UploadPlan[] {
  return [...endpoints].map((endpoint, index) => {
    const name = `i${index + 1}`;
    const drawn = dice.chance(0.6) ? { model: { name } } : drawModel(dice.for(name), name);
    return { atMs: dice.int(0, 90) * 1000, endpoint, file: `${name}.onnx`, metadata: {}, ...drawn };
  });
}
