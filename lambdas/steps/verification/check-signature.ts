import { GreenUnhealthy, ModelRejected, PreflightFailed } from '../../contract/errors';
import { type ModelMetadata, type TensorMetadata, modelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { saidBy } from './ask-version';
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
    `the model's signature differs from blue's (version ${state.blue.version}): ${differences.join('; ')}. Callers of the endpoint would break; "force": true rolls it out all the same`,
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
 * What both versions say that they count of their answers, which alone can be compared, and the names of their classes: each
 * version counts by its own, which were fixed when it was published. Undefined where green's server says nothing of it.
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
      nothing: `version ${version} does not say what it counts of its answers, as a former model server did; answers are compared from the next rollout on`,
    };
  const [blueClasses, greenClasses] = [blue, green].map(({ parameters }) => parameters?.class_names);
  const named = (blueClasses === undefined) === (greenClasses === undefined);
  const common = measures.filter((name) => ofBlue.includes(name) && (name !== 'class' || named));
  if (common.length === 0 && measures.length > 0)
    return {
      measures: [],
      nothing: `version ${version} counts ${agreedInWords(ofBlue)} of its answers, and green ${agreedInWords(measures)}: nothing in common; answers are compared from the next rollout on`,
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
      ? 'no output is a class, a number or a row of numbers. Name one with "predictionOutput", or a value with "measures"'
      : `output "${text.name}" is text, and neither the model nor a golden set lists its classes. Set "classNames" of the endpoint to all its labels`;
  throw new PreflightFailed(
    `nothing can be counted of what the model answers, so that the gate predictions would never pass: ${missing}, or switch the gate off ("gates": { "predictions": false })`,
  );
}
