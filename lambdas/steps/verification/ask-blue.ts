import { GreenUnhealthy, ModelRejected, PreflightFailed } from '../../contract/errors';
import { type ModelMetadata, type TensorMetadata, modelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { EndpointAnswer, EndpointCalls } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { asCrash, saidBy } from './ask-version';
import { decides } from '../../domain/gates/gates';

/** Green has blue's inputs and outputs: names, datatypes and shapes. `force` lets another signature through. */
export async function checkSignature(
  ports: Pick<Adapters, 'endpointCalls'>,
  state: RolloutState,
  version: string,
  blue?: ModelMetadata,
): Promise<ModelMetadata> {
  const answer = await readMetadata(ports, state, version);
  if (!('metadata' in answer)) throw new GreenUnhealthy(answer.instead);
  const green = answer.metadata;
  if (blue === undefined || state.plan.force) return green;
  const differences = [
    ...compare('input', blue.inputs, green.inputs),
    ...compare('output', blue.outputs, green.outputs),
  ];
  if (differences.length === 0) return green;
  throw new ModelRejected(
    `the model's signature differs from blue's (version ${state.blue.version}): ${differences.join('; ')}. ` +
      'Callers of the endpoint would break; "force": true rolls it out all the same',
  );
}

/** The signature that a version tells, or in words what it did instead. */
export async function readMetadata(
  { endpointCalls }: Pick<Adapters, 'endpointCalls'>,
  state: RolloutState,
  version: string,
): Promise<{ readonly metadata: ModelMetadata } | { readonly instead: string }> {
  const path = `/v2/models/${state.config.settings.name}`;
  const answer = await endpointCalls.callVersion(state.config.functionName, version, { method: 'GET', path });
  const parsed = answer.kind === 'answered' && answer.status === 200 ? modelMetadata.safeParse(answer.body) : undefined;
  if (parsed?.success) return { metadata: parsed.data };
  const did = answer.kind === 'crashed' ? 'crashed with' : `answered ${answer.status}:`;
  const said = parsed === undefined ? `${did} ${saidBy(answer)}` : 'answered 200, which is not model metadata';
  return { instead: `GET ${path} on version ${version} ${said}` };
}

function compare(kind: string, blue: readonly TensorMetadata[], green: readonly TensorMetadata[]): readonly string[] {
  const names = [...new Set([...blue, ...green].map((tensor) => tensor.name))];
  return names.flatMap((name) => {
    const [was, is] = [blue.find((tensor) => tensor.name === name), green.find((tensor) => tensor.name === name)];
    if (was === undefined) return [`${kind} "${name}" is new (${inWords(is)})`];
    if (is === undefined) return [`${kind} "${name}" is missing (blue: ${inWords(was)})`];
    return was.datatype === is.datatype && sameShape(was.shape, is.shape)
      ? []
      : [`${kind} "${name}" is ${inWords(is)}, blue's is ${inWords(was)}`];
  });
}

/** A size that blue leaves open must be open in green as well; where only green's is open, callers lose nothing. */
const sameShape = (blue: readonly number[], green: readonly number[]): boolean =>
  blue.length === green.length && green.every((size, axis) => size === blue[axis] || size === -1);

const inWords = (tensor: TensorMetadata | undefined): string =>
  tensor ? `${tensor.datatype}[${tensor.shape.join(',')}]` : '?';

/**
 * What both versions say that they count of their answers, which alone can be compared, and the names of their classes:
 * each version counts by its own, which were fixed when it was published. Undefined where green's server says nothing
 * of it.
 */
export function agreeOnAnswers(
  { config, blue: { version } }: RolloutState,
  green: ModelMetadata,
  blue: ModelMetadata | undefined,
): RolloutState['answers'] {
  const measures = green.parameters?.measures;
  if (!config.builtIn || measures === undefined) return undefined;
  if (blue === undefined) return { measures };
  const ofBlue = blue.parameters?.measures;
  if (ofBlue === undefined)
    return {
      measures: [],
      nothing:
        `version ${version} does not say what it counts of its answers, as a former model server did; answers are ` +
        'compared from the next rollout on',
    };
  const [blueClasses, greenClasses] = [blue, green].map(({ parameters }) => parameters?.class_names);
  const named = (blueClasses === undefined) === (greenClasses === undefined);
  const common = measures.filter((name) => ofBlue.includes(name) && (name !== 'class' || named));
  if (common.length === 0 && measures.length > 0)
    return {
      measures: [],
      nothing:
        `version ${version} counts ${agreedInWords(ofBlue)} of its answers, and green ${agreedInWords(measures)}: ` +
        'nothing in common; answers are compared from the next rollout on',
    };
  const isSettings = [blueClasses, greenClasses].every((one) => sameNames(one, config.settings.classNames));
  if (isSettings || !named) return { measures: common };
  // The state has a limit: where both have the same names, they are kept once.
  return { measures: common, blueClasses, ...(!sameNames(blueClasses, greenClasses) && { greenClasses }) };
}

const agreedInWords = (measures: readonly string[]): string =>
  measures.length === 0 ? 'nothing' : measures.join(', ');

const sameNames = (one: readonly string[] | undefined, other: readonly string[] | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** A gate that would find nothing to count in half an hour of canary says so now, with what is missing. */
export function refuseUncounted({ config: { settings, builtIn }, answers }: RolloutState, green: ModelMetadata): void {
  if (!builtIn || answers === undefined || answers.nothing !== undefined || answers.measures.length > 0) return;
  if (!decides(settings.gates, 'predictions') || settings.onInsufficientEvidence.then !== 'abort') return;
  const text = green.outputs.find(({ datatype }) => datatype === 'BYTES');
  const missing =
    text === undefined
      ? 'no output is a class, a number or a row of numbers. Name one with "predictionOutput", or a value with ' +
        '"measures"'
      : `output "${text.name}" is text, and neither the model nor a golden set lists its classes. Set "classNames" ` +
        'of the endpoint to all its labels';
  throw new PreflightFailed(
    'nothing can be counted of what the model answers, so that the gate predictions would never pass: ' +
      `${missing}, or switch the gate off ("gates": { "predictions": false })`,
  );
}

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/**
 * A fix must not wait for the version that it replaces. Blue is asked for its signature, and for its answers to the
 * golden set, to missing values and to the warm-up's, each within its share: 20 + 45 + 5 + 10 = 80 s, however long a
 * call of blue hangs. One that is silent is asked up to three times more beside green, and then no further: 20 + 3 * 24
 * = 92 s for the signature, 45 + 3 * 49 = 192 s for the golden set.
 */
export const BLUE_SHARE_MS = {
  signature: 20_000,
  goldenSet: 45_000,
  missing: 5_000,
  warmUp: 10_000,
  drawn: 5_000,
} as const;

/** What a call is answered with whose time is over. */
const LATE: EndpointAnswer = { kind: 'crashed', error: 'NoAnswer', message: 'its time was over' };

// Not written where a call is made: the wait for the end holds them until then, and would hold each request with them.
const alone = (answer: EndpointAnswer) => answer;
const withoutLog = (answer: EndpointAnswer) => ({ answer, log: [] });

export interface BoundedCalls {
  readonly endpointCalls: EndpointCalls;
  /** Nothing more will be asked. */
  readonly isOver: () => boolean;
}

/**
 * Calls of blue that take no longer than that all together, and for which a version that cannot run is one that
 * crashed.
 */
export function boundedCalls({ clock, endpointCalls }: Needs, shareMs: number): BoundedCalls {
  const end = clock.now() + shareMs;
  const isOver = (): boolean => clock.now() >= end;
  let over: Promise<unknown> | undefined;
  const within = async <Answer>(call: () => Promise<Answer>, instead: (answer: EndpointAnswer) => Answer) => {
    if (isOver()) return instead(LATE);
    over ??= clock.sleep(end - clock.now()).then(() => (isOver() ? undefined : new Promise(() => undefined)));
    return Promise.race([call().catch((error: unknown) => instead(asCrash(error))), over.then(() => instead(LATE))]);
  };
  return {
    isOver,
    endpointCalls: {
      callVersion: (...asked) => within(() => endpointCalls.callVersion(...asked), alone),
      callVersionWithLog: (...asked) => within(() => endpointCalls.callVersionWithLog(...asked), withoutLog),
    },
  };
}

/** Calls at once: one that answers is enough. */
const AT_ONCE = 3;
const TRIES = 4;
const PAUSE_MS = 4_000;

type Met = { readonly signature: ModelMetadata } | { readonly silent: string };

/**
 * Blue's signature, or in words why it cannot be compared with: it did not answer, and green did in the same time.
 * Without green, before there is one, blue alone is asked.
 */
export async function meetBlue(ports: Needs, state: RolloutState, green?: string): Promise<Met> {
  const met = await askBlue(ports, state);
  if ('signature' in met || green === undefined) return met;
  const tells = async ({ endpointCalls }: Pick<Adapters, 'endpointCalls'>) =>
    'metadata' in (await readMetadata({ endpointCalls }, state, green));
  return besideGreen(ports, BLUE_SHARE_MS.signature, tells, () => askBlue(ports, state));
}

/** How often both are asked before it is given up. */
const TIMES_BESIDE = 3;

/**
 * A Lambda that is slow to all, or a network that is away, keeps blue from answering, too: taken for dead, its
 * successor would get no canary. So a blue that was silent is asked again while green is. Where green is silent in that
 * time as well, nothing is known of blue, and the rollout ends rather than go on without it.
 */
export async function besideGreen<Answer extends object>(
  ports: Needs,
  shareMs: number,
  greenAnswers: (bounded: Pick<Adapters, 'endpointCalls'>) => Promise<boolean>,
  again: () => Promise<Answer>,
): Promise<Answer> {
  for (let time = 1; time <= TIMES_BESIDE; time += 1) {
    const control = greenAnswers(boundedCalls(ports, shareMs)).catch(() => false);
    const answer = await again();
    if (!('silent' in answer) || (await control)) return answer;
    await ports.clock.sleep(PAUSE_MS);
  }
  throw new GreenUnhealthy(
    `neither blue nor green answered within ${shareMs / 1000} s, ${TIMES_BESIDE} times, although green did ` +
      'before: Lambda or the network is slow to both, and without blue there would be no canary; start again later',
  );
}

/** Twelve calls over 12 s at least, for a blip, and for one that sleeps. */
async function askBlue(ports: Needs, state: RolloutState): Promise<Met> {
  const { endpointCalls } = boundedCalls(ports, BLUE_SHARE_MS.signature);
  let said = '';
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const asked = Array.from({ length: AT_ONCE }, () => readMetadata({ endpointCalls }, state, state.blue.version));
    const answers = await Promise.all(asked);
    for (const answer of answers) {
      if ('metadata' in answer) return { signature: answer.metadata };
      said = answer.instead;
    }
    if (attempt < TRIES) await ports.clock.sleep(PAUSE_MS);
  }
  return { silent: `blue (version ${state.blue.version}) does not answer: ${said}` };
}
