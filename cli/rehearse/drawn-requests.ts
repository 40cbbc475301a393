import type { DataRequest } from '../../lambdas/contract/data-request';
import type { DataSet } from '../../lambdas/contract/golden-set';
import { type InferInput, type ModelMetadata, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { elementCount } from '../../lambdas/contract/tensor-data';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { askVersion, type CalledVersion } from './warm';

/** Of all requests together: a few thousand numbers each, or a handful of large pictures. */
const MAX_VALUES = 2_000_000;
const MOST_REQUESTS = 200;
const FEWEST_REQUESTS = 4;
/** Real time; of a slow model fewer are drawn. */
const PATIENCE_MS = 15_000;

/** What the sizes are that a model leaves open, beside the batch: of texts and series, then of pictures. */
const OPEN_SIZES: readonly ((random: () => number) => number)[] = [
  (random) => 1 + Math.floor(random() * 16),
  () => 32,
  () => 224,
];
const WORDS = [
  'a',
  'the',
  'good',
  'bad',
  'Oslo',
  'Berlin',
  'was',
  'not',
  'train',
  'late',
  'very',
  'price',
  'yes',
  'no',
];

/** What a rehearsal with such requests shows, and what it does not. */
export const drawnInWords = (requests: number): string =>
  `without --golden and --traffic ${requests} requests were drawn from blue's signature: that shows whether both models load, have one signature and answer, how fast, with how much memory, and how often their answers differ there, which is told and decides nothing; it does not show whether answers are right (--golden with labels does), nor what your users' requests do (--traffic does)`;

/**
 * Requests of random values with the names, datatypes and shapes that blue tells, of which those are kept that it answers.
 * @throws ArgumentsInvalid where it answers none
 */
export async function drawnRequests(app: EmbeddedApp, blue: CalledVersion): Promise<DataSet> {
  const path = `/v2/models/${blue.endpoint}`;
  const told = await askVersion(app, blue, 'GET', path);
  const signature = modelMetadata.parse(JSON.parse(told.body));
  const { random } = app.world;
  let refused = '';
  for (const openSize of OPEN_SIZES) {
    const first = drawn(signature, openSize(random), random);
    const values = first.inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    const count = Math.max(FEWEST_REQUESTS, Math.min(MOST_REQUESTS, Math.floor(MAX_VALUES / Math.max(1, values))));
    const requests: DataRequest[] = [];
    const until = performance.now() + PATIENCE_MS;
    for (let index = 0; index < count; index += 1) {
      if (index >= FEWEST_REQUESTS && performance.now() > until) break;
      const request = drawn(signature, openSize(random), random);
      const { statusCode, body } = await askVersion(app, blue, 'POST', `${path}/infer`, request);
      if (statusCode === 200) requests.push({ ...request, rows: 1, labels: undefined });
      else refused = body.slice(0, 300);
      // The first few tell whether sizes of this kind fit at all.
      if (index === FEWEST_REQUESTS && requests.length === 0) break;
    }
    if (requests.length > 0)
      return { name: "drawn from blue's signature", requests, labels: undefined, task: undefined };
  }
  throw new ArgumentsInvalid(
    `blue answers none of the requests that were drawn from its signature; give it real ones with --traffic (or --golden). It said: ${refused}`,
  );
}

function drawn({ inputs }: ModelMetadata, openSize: number, random: () => number): { readonly inputs: InferInput[] } {
  return {
    inputs: inputs.map(({ name, datatype, shape }) => {
      const own = shape.map((size, axis) => (size !== -1 ? size : axis === 0 ? 1 : openSize));
      const value = valuesOf(name, datatype, random);
      return { name, datatype, shape: own, data: Array.from({ length: elementCount(own) }, value) };
    }),
  };
}

function valuesOf(name: string, datatype: InferInput['datatype'], random: () => number): () => unknown {
  if (datatype === 'BYTES') {
    const word = (): string => WORDS[Math.floor(random() * WORDS.length)]!;
    return () => Array.from({ length: 1 + Math.floor(random() * 6) }, word).join(' ');
  }
  if (datatype === 'BOOL') return () => random() < 0.5;
  // What transformers take beside their tokens.
  if (/mask/i.test(name)) return () => 1;
  if (/token_type/i.test(name)) return () => 0;
  if (!datatype.startsWith('FP')) return () => Math.floor(random() * 10);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return () => Number(normal().toPrecision(6));
}
