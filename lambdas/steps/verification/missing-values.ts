import type { Adapters } from '../../adapters/adapters';
import { ModelRejected } from '../../contract/errors';
import type { InferRequest, ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { comparable } from '../rollout/progress';
import { BLUE_SHARE_MS, boundedCalls } from './ask-blue';
import { answersOf, goodAnswer, saidBy } from './ask-version';
import { canBeSent, madeUpRequests } from './warm-up';

/** Values of which one is left out in turn; a model of more columns is asked without its first so many. */
const MAX_PLACES = 40;

/**
 * Green answers where a value is missing, if blue does and means to: its graph imputes, or has ways for it. What green
 * refuses there is the caller's mistake by its own measure and counted nowhere, so that no gate would see it. Golden
 * rows and replayed requests with `null` show it as well; here it is asked in any case, with made-up values. `force`
 * lets it through.
 */
export async function checkMissingValues(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
  blue: ModelMetadata | undefined,
): Promise<void> {
  if (blue?.parameters?.missing_values !== true || state.plan.force || !comparable(state)) return;
  const requests = madeUpRequests(blue).flatMap(withoutValues);
  const bounded = boundedCalls(ports, BLUE_SHARE_MS.missing);
  const ofGreen = answersOf(ports, state, version, requests);
  for await (const answers of answersOf(bounded, state, state.blue.version, requests)) {
    const { value: greens = [] } = await ofGreen.next();
    const refused = greens.find((answer, index) => {
      const blueAnswer = answers[index];
      return blueAnswer !== undefined && goodAnswer(blueAnswer) !== undefined && goodAnswer(answer) === undefined;
    });
    if (refused !== undefined)
      throw new ModelRejected(
        `missing values: version ${version} refuses a null that blue (version ${state.blue.version}) answers: ` +
          `${saidBy(refused)}. Was its imputer lost? "force": true rolls it out all the same`,
      );
    if (bounded.isOver()) return;
  }
}

/**
 * All floating-point values missing, where a call can carry that, then each by itself. Made when they are asked: all
 * together they hold every value 123 times.
 */
function withoutValues(request: InferRequest): readonly (() => InferRequest)[] {
  const places = request.inputs.flatMap(({ datatype, data }, input) =>
    datatype.startsWith('FP') ? data.slice(0, MAX_PLACES).map((_, index) => ({ input, index })) : [],
  );
  const without = (isMissing: (input: number, index: number) => boolean) => (): InferRequest => ({
    ...request,
    inputs: request.inputs.map((input, at) => ({
      ...input,
      data: input.datatype.startsWith('FP')
        ? input.data.map((value, index) => (isMissing(at, index) ? null : value))
        : input.data,
    })),
  });
  if (places.length === 0) return [];
  const allMissing = request.inputs.map(({ datatype, data }) => ({
    value: datatype.startsWith('FP') ? null : data[0],
    count: data.length,
  }));
  return [
    ...(canBeSent(allMissing) ? [without(() => true)] : []),
    ...places.slice(0, MAX_PLACES).map(({ input, index }) => without((at, place) => at === input && place === index)),
  ];
}
