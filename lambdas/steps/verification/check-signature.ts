import { GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { type ModelMetadata, type TensorMetadata, modelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { saidBy } from './ask-version';

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
