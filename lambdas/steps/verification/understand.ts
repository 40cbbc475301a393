import type { Adapters } from '../../adapters/adapters';
import type { EndpointAnswer, EndpointCalls } from '../../adapters/lambda/endpoint-calls';
import { batchSize, type DataRequest } from '../../contract/data-request';
import type { ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { decideTask, namedInputs, readRows, type RowAnswer } from '../../domain/task';
import { goodAnswer, outputsOf } from './ask-version';

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
