import * as z from 'zod';
import {
  type InferRequest,
  type InferResponse,
  errorBody,
  inferResponse,
  type ModelMetadata,
} from '../../contract/inference-protocol';
import { quoted } from '../../contract/problems';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import type { RolloutState } from '../../contract/rollout-state';
import { kindOf, type Prediction, type PredictionOutput, predictions, classIndexPerRow } from '../../domain/prediction';
import type { EndpointAnswer, EndpointCalls } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { batchSize, type DataRequest } from '../../contract/data-request';
import { readRows, type RowAnswer } from '../../domain/row-answer';
import { decideTask, namedInputs } from '../../domain/task';
import { GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { loadInWords, memoryToLoadMB } from '../../domain/model-load';

/**
 * Calls at once. A new account's limit is ten, and this handler and users take theirs; what is turned away is tried
 * again.
 */
const AT_ONCE = 5;

/** Sends infer requests to one version, a few at a time, and gives the answers batch by batch, in order. */
export async function* answersOf(
  { endpointCalls }: Pick<Adapters, 'endpointCalls'>,
  state: RolloutState,
  version: string,
  requests: readonly (() => InferRequest)[],
): AsyncGenerator<readonly EndpointAnswer[], undefined> {
  const path = `/v2/models/${state.config.settings.name}/infer`;
  for (let start = 0; start < requests.length; start += AT_ONCE) {
    yield await Promise.all(
      requests
        .slice(start, start + AT_ONCE)
        .map((body) =>
          endpointCalls.callVersion(state.config.functionName, version, { method: 'POST', path, body: body() }),
        ),
    );
  }
}

/** For a call that threw: a version that cannot run is one that crashed. Anything else is thrown on. */
export function asCrash(error: unknown): EndpointAnswer {
  if (error instanceof Error && error.name === 'VersionCannotRun')
    return { kind: 'crashed', error: error.name, message: error.message };
  throw error;
}

/** A 200 that is what the protocol says; undefined for every other answer. */
export function goodAnswer(answer: EndpointAnswer): InferResponse | undefined {
  if (answer.kind !== 'answered' || answer.status !== 200) return undefined;
  const response = inferResponse.safeParse(answer.body);
  return response.success ? response.data : undefined;
}

/** Lambda names no cause. */
const LONGER =
  'longer than timeoutSeconds: its graph has a Loop that does not end, or it is too slow, which more memoryMB ' +
  'helps, a processor per 1,769 MB';

/** What a version said instead of a good answer: the error's sentence, or the start of what came. */
export function saidBy(answer: EndpointAnswer): string {
  if (answer.kind === 'crashed') {
    const said = `${answer.error}: ${answer.message.slice(0, 300)}`;
    return /Timedout|timed out/i.test(said) ? `${said} (${LONGER})` : said;
  }
  const body = errorBody.safeParse(answer.body);
  return body.success ? body.data.error : quoted(answer.body, 300);
}

/** One prediction per row, at most so many as are counted. */
export function predictionsOf(response: InferResponse, { config, task }: RolloutState): readonly Prediction[] {
  const { predictionOutput: output, task: setting } = config.settings;
  return predictions(outputsOf(response), { output, task: setting ?? task, maxRows: MAX_ROWS_COUNTED });
}

/** Per row the index of the class among those that both versions know; undefined where it has none. */
export function classesOf(response: InferResponse, state: RolloutState): readonly (number | undefined)[] {
  const { predictionOutput } = state.config.settings;
  const classNames = namesOfBoth(state);
  return classIndexPerRow(outputsOf(response), { predictionOutput, classNames }, MAX_ROWS_COUNTED);
}

/** The class names that the versions tell of themselves, blue's first; or else the endpoint's. */
export function namesOfBoth({ config, answers }: RolloutState): readonly string[] | undefined {
  const told = [...(answers?.blueClasses ?? []), ...(answers?.greenClasses ?? [])];
  return told.length === 0 ? config.settings.classNames : [...new Set(told)];
}

export const outputsOf = (response: InferResponse): readonly PredictionOutput[] =>
  response.outputs.map(({ name, datatype, shape, data }) => {
    return {
      name,
      kind: kindOf(datatype),
      shape,
      data: data.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    };
  });

/** So many say what kind of answer it is. */
const ENOUGH = 50;

/** What green is, where no golden set says it: by its signature, and by what it answers to any of the checks. */
export class Understanding {
  readonly endpointCalls: EndpointCalls;
  private readonly answers: (RowAnswer | undefined)[] = [];

  constructor(
    { endpointCalls }: Pick<Adapters, 'endpointCalls'>,
    private readonly state: RolloutState,
    green: string,
  ) {
    this.endpointCalls = {
      ...endpointCalls,
      callVersion: async (functionName, version, request) => {
        const answer = await endpointCalls.callVersion(functionName, version, request);
        if (version === green && request.path.endsWith('/infer')) this.hear(request.body as DataRequest, answer);
        return answer;
      },
    };
  }

  private hear({ inputs }: Pick<DataRequest, 'inputs'>, answer: EndpointAnswer): void {
    const response = this.answers.length < ENOUGH ? goodAnswer(answer) : undefined;
    const { settings } = this.state.config;
    if (response) this.answers.push(...readRows(outputsOf(response), batchSize(inputs), settings).slice(0, ENOUGH));
  }

  /** @param draw asks blue, where nothing else tells what a row of numbers is */
  async of(
    signature: ModelMetadata,
    draw?: () => Promise<readonly (RowAnswer | undefined)[]>,
  ): Promise<NonNullable<RolloutState['understood']>> {
    const { task: setting, classNames } = this.state.config.settings;
    const facts = { setting, said: undefined, labels: [], answers: this.answers, classNames };
    const decide = (drawn?: readonly (RowAnswer | undefined)[]) =>
      decideTask({ ...facts, signature: signature.outputs, ...(drawn && { drawn }) });
    const before = decide();
    const decided = draw && 'task' in before && before.task === 'none' ? decide(await draw()) : before;
    const read = this.answers.find((answer) => answer !== undefined)?.outputs;
    return {
      ...('open' in decided ? { task: 'none' as const, why: decided.open } : { task: decided.task, why: decided.why }),
      inputs: namedInputs(signature.inputs),
      outputs: [...(read ?? signature.outputs.map(({ name }) => name))],
    };
  }
}

/** A model is loaded before the first answer; a server that answers 503 has failed to, or is at it, and says which. */
const TRIES = 2;
const PAUSE_MS = 2_000;
/** A version that Lambda has put to sleep is refused at first, and wakes up within seconds of that. */
const WAKING_MS = 30_000;

/**
 * A load goes on from request to request: 2 GB at 78 MB/s, the bandwidth of an environment, are 26 s, and opening them
 * takes as long again. S3 that does not answer is given less.
 */
const LOADING_MS = 240_000;
const DOWNLOAD_FAILED_MS = 30_000;

type Numbers = NonNullable<RolloutState['verification']>;

export interface Ready {
  /** Undefined where the server does not say what its load took. */
  readonly note: string | undefined;
  readonly numbers: Pick<Numbers, 'load'>;
}

const readyBody = z.object({
  load: z.object({ bytes: z.number().min(0), downloadMs: z.number().min(0), openMs: z.number().min(0) }),
});

/** Green answers that it is ready. What the model is to blame for is ModelRejected, the rest GreenUnhealthy. */
export async function checkReady(
  { clock, endpointCalls }: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
): Promise<Ready> {
  const { functionName, settings, builtIn } = state.config;
  let last = '';
  const awakeBy = clock.now() + WAKING_MS;
  for (let attempt = 1; attempt <= TRIES;) {
    const answer = await endpointCalls
      .callVersion(functionName, version, { method: 'GET', path: '/v2/health/ready' })
      .catch(asCrash);
    if (answer.kind === 'answered' && answer.status === 200) {
      const { data } = readyBody.safeParse(answer.body);
      return data === undefined
        ? { note: undefined, numbers: {} }
        : { note: loadInWords(data.load, settings), numbers: { load: data.load } };
    }
    if (answer.kind === 'answered') {
      const body = errorBody.safeParse(answer.body);
      if (body.success && isTheModelsFault(body.data.code)) {
        throw new ModelRejected(`version ${version} cannot load the model: ${body.data.error}`);
      }
      last = `answered ${answer.status}: ${body.success ? body.data.error : quoted(answer.body, 300)}`;
    } else {
      const help = builtIn ? whatHelps(answer, settings) : '';
      const isGone = answer.error === 'VersionCannotRun' && answer.message.includes('ResourceNotFoundException');
      const why = `${answer.error}: ${answer.message.slice(0, 500)}${help}`;
      last = isGone ? `is gone, deleted since the rollout began (${why})` : `crashed with ${why}`;
    }
    const asleep = answer.kind === 'crashed' && answer.error === 'VersionCannotRun' && clock.now() < awakeBy;
    if (!asleep) attempt += 1;
    if (attempt <= TRIES) await clock.sleep(PAUSE_MS);
  }
  throw new GreenUnhealthy(`version ${version} is not ready after ${TRIES} calls; it ${last}`);
}

const MODEL_FAULTS: readonly string[] = [
  'ModelTooLarge',
  'Sha256Mismatch',
  'ExternalData',
  'ModelUnloadable',
  'UnsupportedModel',
];
const isTheModelsFault = (code: string): boolean => MODEL_FAULTS.includes(code);

type SettingsInForce = RolloutState['config']['settings'];
type Crash = Extract<EndpointAnswer, { kind: 'crashed' }>;

/** Lambda names neither cause: what takes more memory than there is gets a signal, what takes too long a time-out. */
function whatHelps({ error, message }: Crash, { memoryMB, maxModelMB, timeoutSeconds }: SettingsInForce): string {
  const said = `${error} ${message}`;
  if (/OutOfMemory|signal: (killed|aborted)|exit status 13[47]/i.test(said)) {
    const needed = memoryToLoadMB(maxModelMB);
    const set = needed > memoryMB ? `${needed}, which a model of maxModelMB ${maxModelMB} takes` : 'more';
    return `. It was killed while it loaded the model: out of memory. memoryMB is ${memoryMB}; set it to ${set}`;
  }
  if (/Timedout|timed out/i.test(said))
    return (
      `. The model takes longer to load than timeoutSeconds ${timeoutSeconds}: more memoryMB helps (a processor ` +
      'per 1,769 MB), or provisionedConcurrency, whose start may take 15 minutes'
    );
  return '';
}

/**
 * Calls that ask again while environments of these versions say that they are not ready. Each environment loads its
 * model itself: that one is ready, and another, which a call at the same time has started, is not yet, says nothing
 * against the model. What is still not ready in the end is GreenUnhealthy.
 */
export function patientCalls(
  { clock, endpointCalls }: Pick<Adapters, 'clock' | 'endpointCalls'>,
  versions: readonly string[],
): EndpointCalls {
  const patient = async <T>(
    version: string,
    ask: () => Promise<T>,
    answerOf: (got: T) => EndpointAnswer,
  ): Promise<T> => {
    const began = clock.now();
    for (;;) {
      const got = await ask();
      const waiting = versions.includes(version) ? notReady(answerOf(got)) : undefined;
      if (waiting === undefined) return got;
      if (clock.now() - began >= waiting.patienceMs)
        throw new GreenUnhealthy(
          `version ${version} is not ready after ${waiting.patienceMs / 1000} s; it answered 503: ${waiting.said}`,
        );
      await clock.sleep(PAUSE_MS);
    }
  };
  return {
    callVersion: (name, version, request) =>
      patient(
        version,
        () => endpointCalls.callVersion(name, version, request),
        (answer) => answer,
      ),
    callVersionWithLog: (name, version, request) =>
      patient(
        version,
        () => endpointCalls.callVersionWithLog(name, version, request),
        ({ answer }) => answer,
      ),
  };
}

/** An environment that was not used before, on its way. */
export const isLoading = (answer: EndpointAnswer): boolean => notReady(answer)?.patienceMs === LOADING_MS;

function notReady(answer: EndpointAnswer): { readonly patienceMs: number; readonly said: string } | undefined {
  if (answer.kind !== 'answered' || answer.status !== 503) return undefined;
  const { data } = errorBody.safeParse(answer.body);
  switch (data?.code) {
    case 'ModelLoading':
      return { patienceMs: LOADING_MS, said: data.error };
    case 'ModelDownloadFailed':
      return { patienceMs: DOWNLOAD_FAILED_MS, said: data.error };
    default:
      return undefined;
  }
}
