import type { Datatype } from '../contract/datatypes';
import type { AskedOutput, ParsedInferRequest } from './read-infer-request';
import { RequestError } from './request-error';
import { bytesPerElement } from './tensor-types';

/** Lambda carries answers of up to 6 MB as a JSON string; 4 KB are left for the headers. */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 4096;

/**
 * Refuses a request whose answer cannot fit, before the model runs for it, as far as the signature and the request tell:
 * sizes that neither fixes count as nothing. Numbers count as one digit and a comma each, so that what is refused would
 * never have fitted; what turns out too long in digits is refused after the run.
 */
export function refuseTooLargeAnswer(request: ParsedInferRequest, acceptsGzip: boolean): void {
  const bytes = leastBytes(request);
  // Numbers that differ do not get smaller than a tenth.
  const limit = MAX_ANSWER_BYTES * (acceptsGzip ? 10 : 1);
  // A single row is the least that a caller can ask for: then it is the model that answers too much.
  if (bytes > limit && request.rows > 1) throw tooLarge(`at least ${bytes}`, request.rows);
}

export const tooLarge = (bytes: number | string, rows: number): RequestError =>
  new RequestError(413, 'AnswerTooLarge', 'inputs', `${sentence(bytes)} of this request's ${rows} rows${ADVICE}`);

/** Of a single row. */
export const tooLargeSentence = (bytes: number): string => `${sentence(bytes)}${ADVICE}`;

const sentence = (bytes: number | string): string =>
  `The answer would have ${bytes} bytes, Lambda's limit is ${MAX_ANSWER_BYTES}: send fewer rows`;
const ADVICE = ', ask for fewer outputs or for binary_data, or accept gzip.';

function leastBytes({ outputs, sizes }: ParsedInferRequest): number {
  return outputs.reduce((sum, output) => {
    const count = leastCount(output, sizes);
    if (!output.binary) return sum + count * 2;
    const { datatype }: { readonly datatype: Datatype } = output.signature;
    // Of BYTES at least the length; base64 makes four characters of three bytes.
    return sum + Math.ceil((count * (bytesPerElement(datatype) ?? 4) * 4) / 3);
  }, 0);
}

function leastCount({ signature, classification }: AskedOutput, sizes: ParsedInferRequest['sizes']): number {
  if (classification !== undefined || signature.anyRank) return 0;
  return signature.sizes.reduce<number>(
    (product, size) => product * (typeof size === 'number' ? size : (sizes.get(size)?.size ?? 0)),
    1,
  );
}
