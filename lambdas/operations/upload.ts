import { InvalidInput } from '../contract/errors';
import type { EndpointConfig } from '../contract/endpoint-settings';
import { MODELS_PREFIX } from '../contract/names';
import { executionName, formatModelAddress } from '../domain/rollout';
import type { ForeignModel } from '../adapters/s3/model-store';
import type { Strategy } from '../domain/strategy';
import { type OperationNeeds } from './needs';
import { chooseEndpoint } from '../steps/validation/find-endpoint';
import { whyNotAllowed } from '../contract/upload-options';

const MB = 1024 * 1024;
/** S3 keeps 2 KB of user metadata in all; a hash, a strategy and this stay below, encoded as well. */
const MAX_REASON = 500;

export interface UploadRequest {
  readonly endpoint: string | undefined;
  /** The object's name under models/<endpoint>/. */
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex, of the file as it was read before. */
  readonly sha256: string;
  /** The bytes, or the object of another bucket that S3 copies. */
  readonly content: (() => Uint8Array | NodeJS.ReadableStream) | ForeignModel;
  readonly strategy?: Strategy;
  readonly reason?: string;
}

export interface UploadedModel {
  readonly endpoint: string;
  /** s3:// address with the version id. */
  readonly model: string;
  /** The rollout that it starts, at once or when the one that runs has ended. */
  readonly rolloutId: string;
  readonly sha256: string;
}

/**
 * The endpoint that is to serve a file, unless its name or size rules that out.
 * @throws UnknownEndpoint, InvalidInput
 */
export async function endpointFor(
  ports: Pick<OperationNeeds, 'settings'>,
  { endpoint, fileName, sizeBytes }: Pick<UploadRequest, 'endpoint' | 'fileName' | 'sizeBytes'>,
): Promise<EndpointConfig['settings']> {
  const { settings } = await chooseEndpoint(ports, endpoint);
  if (!fileName.endsWith(settings.suffix))
    throw new InvalidInput(
      `FILE: must end in ${settings.suffix}, the suffix of endpoint ${settings.name}; got "${fileName}"`,
    );
  if (sizeBytes === 0) throw new InvalidInput(`FILE: ${fileName} has 0 bytes`);
  if (sizeBytes > settings.maxModelMB * MB)
    throw new InvalidInput(
      `FILE: ${fileName} has ${(sizeBytes / MB).toFixed(1)} MB; the limit maxModelMB of endpoint ` +
        `${settings.name} is ${settings.maxModelMB} MB`,
    );
  return settings;
}

/**
 * Stores a model, which starts a rollout. The hash rides on the object, so that whatever is damaged on the way is
 * refused. What the endpoint would refuse for sure is refused before anything is sent.
 * @throws UnknownEndpoint, InvalidInput
 */
export async function upload(
  ports: Pick<OperationNeeds, 'hash' | 'modelStore' | 'settings'>,
  request: UploadRequest,
): Promise<UploadedModel> {
  const { fileName, sizeBytes, sha256, strategy, reason } = request;
  const settings = await endpointFor(ports, request);
  const notAllowed = strategy && whyNotAllowed(settings, strategy);
  if (notAllowed !== undefined)
    throw new InvalidInput(`strategy: ${notAllowed}. Upload without one, or leave it to \`npx greenlight start\``);
  if (reason !== undefined && reason.length > MAX_REASON)
    throw new InvalidInput(`reason: has ${reason.length} characters; with an upload the limit is ${MAX_REASON}`);
  const key = `${MODELS_PREFIX}${settings.name}/${fileName}`;
  const metadata = {
    ...(strategy !== undefined && { strategy: typeof strategy === 'string' ? strategy : JSON.stringify(strategy) }),
    ...(reason !== undefined && { reason }),
  };
  const { content } = request;
  const { versionId } =
    typeof content === 'function'
      ? await ports.modelStore.storeModel({ key, sizeBytes, body: content(), sha256, metadata })
      : await ports.modelStore.copyModel({ key, from: content, sha256, metadata });
  const object = { bucket: ports.modelStore.bucket, key, versionId };
  const rolloutId = executionName({ endpoint: settings.name, ...object }, 1, ports.hash);
  return { endpoint: settings.name, model: formatModelAddress(object), rolloutId, sha256 };
}
