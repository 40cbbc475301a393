import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidInput, UnknownEndpoint } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { LIVE_MODEL, MODELS_PREFIX } from '../../contract/names';
import { parseModelAddress } from '../../domain/model-address';
import type { Adapters } from '../../adapters/adapters';

/** The endpoint named by the input, or by the model's key, or the only one. */
export async function findEndpoint(
  { settings }: Pick<Adapters, 'settings'>,
  input: ExecutionInput,
): Promise<EndpointConfig> {
  const named = input.endpoint ?? endpointOfModel(input.model);
  if (named !== undefined) {
    const config = await settings.findSettings(named);
    if (config === undefined)
      throw new UnknownEndpoint(
        `endpoint: there is none called "${named.slice(0, 80)}"; there are ${await names(settings)}`,
      );
    return config;
  }
  const all = await settings.listSettings();
  const [only] = all;
  if (only === undefined) throw new UnknownEndpoint('endpoint: this app has none; add one to its config and deploy');
  if (all.length > 1)
    throw new UnknownEndpoint(`endpoint: name one of ${await names(settings)}; there are ${all.length}`);
  return only;
}

async function names(settings: Adapters['settings']): Promise<string> {
  const all = await settings.listSettings();
  return all.map((config) => config.settings.name).join(', ') || 'none';
}

function endpointOfModel(model: string | undefined): string | undefined {
  if (model === undefined || model === LIVE_MODEL) return undefined;
  const address = parseModelAddress(model);
  if (address === undefined)
    throw new InvalidInput(
      `model: must be s3://BUCKET/${MODELS_PREFIX}<endpoint>/<file>; got "${model.slice(0, 200)}"`,
    );
  return endpointOfKey(address.key);
}

/** "digits" of models/digits/v2.onnx; undefined for a key that belongs to no endpoint. */
export function endpointOfKey(key: string): string | undefined {
  if (!key.startsWith(MODELS_PREFIX)) return undefined;
  const [endpoint, ...rest] = key.slice(MODELS_PREFIX.length).split('/');
  return rest.join('/') === '' ? undefined : endpoint;
}
