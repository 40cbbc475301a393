import type { DataRequest } from '../../lambdas/contract/data-request';
import type { DataSet } from '../../lambdas/contract/golden-set';
import { modelMetadata } from '../../lambdas/contract/inference-protocol';
import { elementCount } from '../../lambdas/contract/datatypes';
import { drawnRequest, drawnSizes } from '../../lambdas/steps/verification/warm-up';
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

/** What a rehearsal with such requests shows, and what it does not. */
export const drawnInWords = (requests: number): string =>
  `without --golden and --traffic ${requests} requests were drawn from blue's signature: that shows whether both ` +
  'models load, have one signature and answer, how fast, with how much memory, and how often their answers ' +
  'differ there, which is told and decides nothing; it does not show whether answers are right (--golden with ' +
  "labels does), nor what your users' requests do (--traffic does)";

/**
 * Requests of random values with the names, datatypes and shapes that blue tells, of which those are kept that it
 * answers.
 * @throws ArgumentsInvalid where it answers none
 */
export async function drawnRequests(app: EmbeddedApp, blue: CalledVersion): Promise<DataSet> {
  const path = `/v2/models/${blue.endpoint}`;
  const told = await askVersion(app, blue, { method: 'GET', path });
  if (told.kind === 'crashed')
    throw new ArgumentsInvalid(`blue does not tell its signature: ${told.error}: ${told.message}`);
  const signature = modelMetadata.parse(told.body);
  const { random } = app.world;
  let refused = '';
  for (const openSize of OPEN_SIZES) {
    const requests: DataRequest[] = [];
    const until = performance.now() + PATIENCE_MS;
    for (let [index, left] = [0, MAX_VALUES]; index < MOST_REQUESTS; index += 1) {
      // The first few tell whether sizes of this kind fit at all.
      if (index >= FEWEST_REQUESTS && (requests.length === 0 || performance.now() > until)) break;
      const size = openSize(random);
      // Counted before any is made: four open sizes of 224 are 2.5 billion numbers.
      const values = signature.inputs.reduce(
        (sum, { shape }) => sum + elementCount(drawnSizes(shape, { rows: 1, openSize: size })),
        0,
      );
      if (values > (index < FEWEST_REQUESTS ? MAX_VALUES : left)) {
        refused ||= `a request of its sizes has ${values} values; at most ${MAX_VALUES} are drawn`;
        continue;
      }
      left -= values;
      const request = drawnRequest(signature, { rows: 1, openSize: size }, random);
      const answer = await askVersion(app, blue, { method: 'POST', path: `${path}/infer`, body: request });
      if (answer.kind === 'answered' && answer.status === 200)
        requests.push({ ...request, rows: 1, labels: undefined });
      else refused = JSON.stringify(answer.kind === 'answered' ? answer.body : answer.message).slice(0, 300);
    }
    if (requests.length > 0)
      return { name: "drawn from blue's signature", requests, labels: undefined, task: undefined };
  }
  throw new ArgumentsInvalid(
    'blue answers none of the requests that were drawn from its signature; give it real ones with --traffic (or ' +
      `--golden). It said: ${refused}`,
  );
}
