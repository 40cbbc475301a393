import { ModelRejected, RollbackTargetUnavailable } from '../../contract/errors';
import type { InferRequest, ModelMetadata, TensorMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { elementCount } from '../../contract/datatypes';
import type { EndpointAnswer } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { comparable } from '../rollout/progress';
import { answersSomeRow, isDead } from './answer-golden-set';
import { BLUE_SHARE_MS, boundedCalls } from './ask-blue';
import { answersOf, goodAnswer, outputsOf, patientCalls, saidBy } from './ask-version';
import { readRows, type RowAnswer } from '../../domain/row-answer';

/** Calls at once, so that as many environments start; the first users of green then find them warm. */
const ENVIRONMENTS = 3;
const ROUNDS = 3;
/**
 * Of the values; Lambda takes 6 MB a call in all:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_MEGABYTES = 5;

/**
 * What made-up requests hold, and how large they make the sizes that a model leaves open (the first is the batch).
 * Zeros are no valid input of every model (a logarithm, a division), a size of one none of every picture. A shape
 * without sizes is a scalar, or one that the model does not tell.
 */
const ATTEMPTS = [
  { number: 0, fraction: 0, flag: false, text: '', openSize: 1, untold: [] },
  { number: 1, fraction: 1, flag: true, text: '1', openSize: 32, untold: [1] },
  { number: 2, fraction: 0.5, flag: true, text: 'a', openSize: 224, untold: [1, 1] },
] as const;
type MadeUpShape = (typeof ATTEMPTS)[number];

const ADVICE =
  'where made-up values are no valid input, give the endpoint a golden set (setting goldenSet.key), whose rows ' +
  'are asked instead';

interface WarmedUp {
  readonly calls: number;
  readonly answered: number;
  /** With the request that was answered best. */
  readonly share: number;
  readonly failure: EndpointAnswer | undefined;
  /** It crashed, or said that it failed, whatever it was asked. A 4xx is an answer. */
  readonly failsAll: boolean;
}

/**
 * Sends made-up requests, so that the runtime has its code paths and memory ready, and sees that the model answers:
 * being ready is not answering. Throws ModelRejected for a model that answers fewer than half, unless real requests
 * have shown that it does (`proved`), or blue, which is in service, refuses the same requests likewise; and
 * RollbackTargetUnavailable for a rollback's target that fails them all, where blue answers one.
 */
export async function warmUp(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  version: string,
  signature: ModelMetadata,
  proved: boolean,
): Promise<string> {
  const bodies = madeUpRequests(signature);
  // A rollback's target has proved itself on users, and a rollback is urgent.
  const isRollback = state.plan.action === 'rollback';
  const mustAnswer = !proved && !isRollback;
  if (bodies.length === 0) {
    const why =
      `no warm-up request can be made: the values of the inputs take more than ${MAX_MEGABYTES} MB, and a call of ` +
      'Lambda 6';
    const judged = comparable(state) && state.plan.steps.length > 0;
    if (mustAnswer && !judged)
      throw new ModelRejected(
        `${why}, and nothing else shows that the model answers; give the endpoint a golden set (setting goldenSet.key)`,
      );
    return `${why}; warmed by readiness only`;
  }
  const { calls, answered, share, failure, failsAll } = await askInRounds(ports, state, version, bodies);
  const said = `${answered} of ${calls} warm-up requests answered`;
  if (failure === undefined) return said;
  const cause = `${said}: ${did(failure)}`;
  if (share >= 0.5) return cause;
  if (isRollback && failsAll && !state.plan.force) return leaveToDead(ports, state, cause, bodies);
  if (!mustAnswer) return `${cause}; made-up values may be no valid input`;
  if (await blueRefusesToo(ports, state, failure, bodies))
    return `${cause}; version ${state.blue.version}, which is live, refuses them likewise`;
  throw new ModelRejected(`${cause}; ${ADVICE}`);
}

/** As long as no request is answered, each round tries the next kind. */
async function askInRounds(
  ports: Pick<Adapters, 'endpointCalls'>,
  state: RolloutState,
  version: string,
  bodies: readonly InferRequest[],
): Promise<WarmedUp> {
  let [kind, answered, ofKind, callsOfKind] = [0, 0, 0, 0];
  let failure: EndpointAnswer | undefined;
  let failsAll = true;
  for (let round = 0; round < ROUNDS; round += 1) {
    const body = bodies[kind] ?? bodies[0]!;
    const answers = await Promise.all(Array.from({ length: ENVIRONMENTS }, () => ask(ports, state, version, body)));
    const failures = answers.filter((answer) => goodAnswer(answer) === undefined);
    failure ??= failures[0];
    failsAll &&= answers.every(isDead);
    callsOfKind += answers.length;
    ofKind += answers.length - failures.length;
    answered += answers.length - failures.length;
    if (ofKind === 0 && kind + 1 < bodies.length && round + 1 < ROUNDS) {
      kind += 1;
      callsOfKind = 0;
    }
  }
  return { calls: ROUNDS * ENVIRONMENTS, answered, share: ofKind / callsOfKind, failure, failsAll };
}

/** A blue that crashes, or that cannot load its model, refuses nothing: it is dead, and does not excuse green. */
async function blueRefusesToo(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  green: EndpointAnswer,
  bodies: readonly InferRequest[],
): Promise<boolean> {
  if (!comparable(state) || green.kind !== 'answered') return false;
  const calls = boundedCalls(ports, BLUE_SHARE_MS.warmUp);
  const answers = await Promise.all(bodies.map((body) => ask(calls, state, state.blue.version, body)));
  return answers.every((answer) => answer.kind === 'answered' && answer.status === green.status);
}

/**
 * Users are not taken from a version that answers to one that answers nothing. Where the live version does not answer
 * either, or cannot be asked, the way stays open.
 */
async function leaveToDead(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  cause: string,
  bodies: readonly InferRequest[],
): Promise<string> {
  const { endpoint, blue, green } = state;
  // A model that no made-up request fits was let through by its golden set, and users may need it back.
  if (await answersSomeRow(ports, state, green.version!))
    return `${cause}; it answers the golden set, so they are no valid input`;
  const patient = { ...ports, endpointCalls: patientCalls(ports, [blue.version]) };
  const calls = boundedCalls(patient, BLUE_SHARE_MS.warmUp);
  const answers = await Promise.all(bodies.map((body) => ask(calls, state, blue.version, body).catch(() => undefined)));
  if (!answers.some((answer) => answer !== undefined && goodAnswer(answer)))
    return `${cause}; version ${blue.version}, which is live, answers none of them either`;
  throw new RollbackTargetUnavailable(
    `to: endpoint ${endpoint}: version ${green.version} answers none of the warm-up's requests: ${cause}; version ` +
      `${blue.version}, which is live, does answer, and stays. Name another version; "force": true goes there all ` +
      'the same ' +
      `(npx greenlight rollback ${endpoint} --to ${green.version} --force)`,
  );
}

const ask = (
  { endpointCalls }: Pick<Adapters, 'endpointCalls'>,
  { config: { functionName, settings } }: RolloutState,
  version: string,
  body: InferRequest,
): Promise<EndpointAnswer> =>
  endpointCalls.callVersion(functionName, version, { method: 'POST', path: `/v2/models/${settings.name}/infer`, body });

const did = (answer: EndpointAnswer): string =>
  `it ${answer.kind === 'crashed' ? 'crashed with' : `answered ${answer.status}:`} ${saidBy(answer)}`;

/** Of each kind one, where it is not too large to be sent. */
export const madeUpRequests = (signature: ModelMetadata): readonly InferRequest[] =>
  ATTEMPTS.map((attempt) => madeUp(signature, attempt)).filter((body) => body !== undefined);

/** Undefined where it would be too large to be sent. */
function madeUp({ inputs }: ModelMetadata, attempt: MadeUpShape): InferRequest | undefined {
  const made = inputs.map(({ name, datatype, shape: told }) => {
    const shape = sizesOf(told, attempt);
    return { name, datatype, shape, count: elementCount(shape), value: valueOf(datatype, attempt) };
  });
  if (!canBeSent(made)) return undefined;
  return {
    inputs: made.map(({ name, datatype, shape, count, value }) => ({
      name,
      datatype,
      shape,
      data: new Array<unknown>(count).fill(value),
    })),
  };
}

/** Whether a call can carry each of these values so many times. */
export const canBeSent = (inputs: readonly { readonly value: unknown; readonly count: number }[]): boolean =>
  inputs.reduce((sum, { value, count }) => sum + count * bytesOf(value), 0) <= MAX_MEGABYTES * 1_000_000;

/** Of one value and the comma behind it, as JSON that is text within JSON: `0,` is two, `null,` five, `\"a\",` six. */
const bytesOf = (value: unknown): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(value))) - '""'.length + ','.length;

const sizesOf = (shape: TensorMetadata['shape'], { openSize, untold }: MadeUpShape): number[] =>
  shape.length === 0 ? [...untold] : drawnSizes(shape, { rows: 1, openSize });

/** Words of a text that is drawn. */
const WORDS = 'a the good bad Oslo Berlin was not train late very price yes no'.split(' ');

/**
 * A request of so many rows of random values, with the names, datatypes and shapes that a model tells; other sizes that
 * it leaves open are all the same.
 */
export const drawnRequest = (
  { inputs }: Pick<ModelMetadata, 'inputs'>,
  sizes: { readonly rows: number; readonly openSize: number },
  random: () => number,
): InferRequest => ({
  inputs: inputs.map(({ name, datatype, shape: told }) => {
    const shape = drawnSizes(told, sizes);
    return {
      name,
      datatype,
      shape,
      data: Array.from({ length: elementCount(shape) }, drawnValue(name, datatype, random)),
    };
  }),
});

/** The sizes that a model leaves open, filled in: the first is the batch. */
export const drawnSizes = (
  shape: readonly number[],
  { rows, openSize }: { readonly rows: number; readonly openSize: number },
): number[] => shape.map((size, axis) => (size !== -1 ? size : axis === 0 ? rows : openSize));

function drawnValue(name: string, datatype: string, random: () => number): () => unknown {
  if (datatype === 'BYTES') {
    const word = (): string => WORDS[Math.floor(random() * WORDS.length)]!;
    return () => Array.from({ length: 1 + Math.floor(random() * 6) }, word).join(' ');
  }
  if (datatype === 'BOOL') return () => random() < 0.5;
  // What transformers take beside their tokens.
  if (/mask/i.test(name)) return () => 1;
  if (/token_type/i.test(name)) return () => 0;
  if (!datatype.startsWith('FP')) return () => Math.floor(random() * 10);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return () => Number(normal().toPrecision(6));
}

/** So many answers tell what a row of numbers is. */
const DRAWN = 64;
/** In a text or a series, where its length is open. */
const DRAWN_SIZE = 8;

/** What blue answers to requests that are drawn, the same at every rollout; none where it takes no such values. */
export async function answersToDrawn(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  signature: ModelMetadata,
): Promise<readonly (RowAnswer | undefined)[]> {
  // Park and Miller's numbers.
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const isBatched = signature.inputs.every(({ shape }) => shape[0] === -1);
  const rows = isBatched ? DRAWN : 1;
  const requests = Array.from(
    { length: DRAWN / rows },
    () => () => drawnRequest(signature, { rows, openSize: DRAWN_SIZE }, random),
  );
  const values = signature.inputs.map(({ datatype, shape }) => ({
    value: datatype === 'BYTES' ? WORDS.join(' ') : -1.123_45,
    count: elementCount(drawnSizes(shape, { rows, openSize: DRAWN_SIZE })),
  }));
  if (!canBeSent(values)) return [];
  const bounded = boundedCalls(ports, BLUE_SHARE_MS.drawn);
  const found: (RowAnswer | undefined)[] = [];
  for await (const answers of answersOf(bounded, state, state.blue.version, requests)) {
    if (bounded.isOver()) break;
    for (const answer of answers) {
      const response = goodAnswer(answer);
      if (response) found.push(...readRows(outputsOf(response), rows, state.config.settings));
    }
  }
  return found;
}

function valueOf(datatype: TensorMetadata['datatype'], { number, fraction, flag, text }: MadeUpShape): unknown {
  if (datatype === 'BYTES') return text;
  if (datatype === 'BOOL') return flag;
  return datatype.startsWith('FP') ? fraction : number;
}
