import { shown } from '../contract/tensor-data';
import { RequestError } from './request-error';

/** Lambda takes requests of up to 6 MB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Base64 needs four characters for three bytes. */
const MAX_BASE64_LENGTH = Math.ceil(MAX_BODY_BYTES / 3) * 4;

/** The body as a JSON object. JSON.parse needs no stack for nesting, and nobody later walks deeper than a shape. */
export function readBody(body: unknown, isBase64: boolean): Readonly<Record<string, unknown>> {
  if (typeof body !== 'string' || body.length === 0) {
    throw new RequestError(
      400,
      'InvalidJson',
      'body',
      `body is ${body === '' ? 'empty' : shown(body)}, not JSON text.`,
    );
  }
  const text = isBase64 ? decode(body) : body;
  if (text.length > MAX_BODY_BYTES || Buffer.byteLength(text) > MAX_BODY_BYTES) throw tooLarge(Buffer.byteLength(text));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
    throw new RequestError(400, 'InvalidJson', 'body', `body is not JSON: ${message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new RequestError(400, 'InvalidJson', 'body', `body is ${shown(parsed)}, not a JSON object.`);
  }
  return parsed as Readonly<Record<string, unknown>>;
}

function decode(body: string): string {
  if (body.length > MAX_BASE64_LENGTH) throw tooLarge(Math.floor((body.length * 3) / 4));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw new RequestError(400, 'InvalidJson', 'body', 'body is not text in UTF-8.');
  }
}

const tooLarge = (bytes: number) =>
  new RequestError(413, 'BodyTooLarge', 'body', `body has ${bytes} bytes, the limit is ${MAX_BODY_BYTES}.`);
