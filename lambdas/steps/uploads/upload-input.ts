import * as z from 'zod';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidUpload } from '../../contract/errors';
import { onOneLine } from '../../contract/on-one-line';
import { inOneMessage, problems } from '../../contract/problems';
import { quoted } from '../../contract/quoted';
import { parseStrategyText } from '../../contract/strategy';
import { formatModelAddress } from '../../domain/model-address';
import type { Strategy } from '../../domain/strategy';
import type { Ports } from '../../ports/ports';

/** Options that ride on the object as user metadata; others are the uploader's own and left alone. */
const MAX_REASON = 1000;

/** The execution input that an object asks for. Throws InvalidUpload for a wrong suffix or metadata that does not parse. */
export async function uploadInput(
  { models }: Pick<Ports, 'models'>,
  config: EndpointConfig,
  object: { readonly bucket: string; readonly key: string; readonly versionId: string },
): Promise<{ readonly input: string; readonly uploadedAt: string }> {
  const { name, suffix } = config.settings;
  if (!object.key.endsWith(suffix)) {
    throw new InvalidUpload(`${object.key}: the key must end in ${suffix}, the suffix of endpoint ${name}`);
  }
  const stored = await models.describe(object.key, object.versionId);
  if (stored === undefined) {
    throw new InvalidUpload(
      `${object.key}: version ${object.versionId} is not there any more; it was deleted after it was uploaded`,
    );
  }
  const strategy = strategyOf(stored.metadata['strategy'], object.key);
  const reason = reasonOf(stored.metadata['reason']);
  const input = {
    endpoint: name,
    model: formatModelAddress(object),
    ...(strategy !== undefined && { strategy }),
    ...(reason !== undefined && { reason }),
    startedBy: 'upload',
  };
  return { input: JSON.stringify(input), uploadedAt: stored.lastModified };
}

/** Cut, and without the half of a character that a cut may leave. */
const reasonOf = (text: string | undefined): string | undefined =>
  text &&
  onOneLine(text)
    .slice(0, MAX_REASON)
    .replace(/\p{Cs}$/u, '');

function strategyOf(text: string | undefined, key: string): Strategy | undefined {
  if (text === undefined) return undefined;
  try {
    return parseStrategyText(text);
  } catch (error) {
    const why =
      error instanceof z.ZodError ? inOneMessage(problems(error, 'strategy')) : `strategy: is no JSON: ${quoted(text)}`;
    throw new InvalidUpload(`${key}: metadata ${why}`);
  }
}
