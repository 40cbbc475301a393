import { elementCount } from '../../contract/tensor-data';
import type { ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import type { Ports } from '../../ports/ports';

/** Calls at once, so that as many environments start; the first users of green then find them warm. */
const ENVIRONMENTS = 3;
const ROUNDS = 3;
/** Above this the made-up request is not worth its time. */
const MAX_ELEMENTS = 1_000_000;

/**
 * Sends made-up requests of zeros, so that the runtime has its code paths and memory ready. What they answer does not
 * matter (zeros may be no valid input), only that no call crashes the function.
 */
export async function warmUp(
  { endpointCalls }: Pick<Ports, 'endpointCalls'>,
  state: RolloutState,
  version: string,
  signature: ModelMetadata,
): Promise<string> {
  const inputs = signature.inputs.map(({ name, datatype, shape }) => {
    const sizes = shape.map((size) => (size === -1 ? 1 : size));
    return { name, datatype, shape: sizes, count: elementCount(sizes) };
  });
  if (inputs.some((input) => input.count > MAX_ELEMENTS || input.datatype === 'BYTES'))
    return 'warmed by readiness only';
  const body = {
    inputs: inputs.map(({ name, datatype, shape, count }) => ({
      name,
      datatype,
      shape,
      data: new Array<number | boolean>(count).fill(datatype === 'BOOL' ? false : 0),
    })),
  };
  const path = `/v2/models/${state.config.settings.name}/infer`;
  for (let round = 0; round < ROUNDS; round += 1) {
    const calls = Array.from({ length: ENVIRONMENTS }, () =>
      endpointCalls.call(state.config.functionName, version, { method: 'POST', path, body }),
    );
    await Promise.all(calls);
  }
  return `warmed with ${ENVIRONMENTS * ROUNDS} calls`;
}
