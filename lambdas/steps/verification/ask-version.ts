import {
  type InferRequest,
  type InferResponse,
  errorBody,
  inferResponse,
  type ModelMetadata,
} from '../../contract/inference-protocol';
import { quoted } from '../../contract/quoted';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import type { RolloutState } from '../../contract/rollout-state';
import { kindOf, type Prediction, type PredictionOutput, predictions, classIndexPerRow } from '../../domain/prediction';
import type { EndpointAnswer, EndpointCalls } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { batchSize, type DataRequest } from '../../contract/data-request';
import { decideTask, namedInputs, readRows, type RowAnswer } from '../../domain/task';

/** Calls at once. A new account's limit is ten, and this handler and users take theirs; what is turned away is tried again. */
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
  'longer than timeoutSeconds: its graph has a Loop that does not end, or it is too slow, which more memoryMB helps, a processor per 1,769 MB';

/** What a version said instead of a good answer: the error's sentence, or the start of what came. */
export function saidBy(answer: EndpointAnswer): string {
  if (answer.kind === 'crashed') {
    const said = `${answer.error}: ${answer.message.slice(0, 300)}`;
    return /Timedout|timed out/i.test(said) ? `${said} (${LONGER})` : said;
  }
  const body = errorBody.safeParse(answer.body);
  return body.success ? body.data.error : quoted(answer.body, 300);
}

/** One prediction per row, at most `maxRows`; `output` is the one that the settings name. */
export function predictionsOf(
  response: InferResponse,
  output: string | undefined,
  maxRows: number,
): readonly Prediction[] {
  return predictions(outputsOf(response), { output, maxRows });
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
    const output = this.state.config.settings.predictionOutput;
    if (response) this.answers.push(...readRows(outputsOf(response), batchSize(inputs), output).slice(0, ENOUGH));
  }

  of(signature: ModelMetadata): NonNullable<RolloutState['understood']> {
    const { task: setting, classNames } = this.state.config.settings;
    const decided = decideTask({ setting, said: undefined, labels: [], answers: this.answers, classNames });
    const read = this.answers.find((answer) => answer !== undefined)?.outputs;
    return {
      ...('open' in decided ? { task: 'none' as const, why: decided.open } : { task: decided.task, why: decided.why }),
      inputs: namedInputs(signature.inputs),
      outputs: [...(read ?? signature.outputs.map(({ name }) => name))],
    };
  }
}
