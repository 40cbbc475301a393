import { GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { errorBody } from '../../contract/inference-protocol';
import { quoted } from '../../contract/quoted';
import type { RolloutState } from '../../contract/rollout-state';
import type { Ports } from '../../ports/ports';

/** Loading happens on the first call; a server that answers 503 has failed to load and says why. Two tries for a blip. */
const TRIES = 2;
const PAUSE_MS = 2_000;

/** Green answers that it is ready. What the model is to blame for is ModelRejected, the rest GreenUnhealthy. */
export async function checkReady(
  { clock, endpointCalls }: Pick<Ports, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
): Promise<void> {
  let last = '';
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const answer = await endpointCalls.call(state.config.functionName, version, {
      method: 'GET',
      path: '/v2/health/ready',
    });
    if (answer.kind === 'answered' && answer.status === 200) return;
    if (answer.kind === 'answered') {
      const body = errorBody.safeParse(answer.body);
      if (body.success && isTheModelsFault(body.data.code)) {
        throw new ModelRejected(`version ${version} cannot load the model: ${body.data.error}`);
      }
      last = `answered ${answer.status}: ${body.success ? body.data.error : quoted(answer.body, 300)}`;
    } else {
      last = `crashed with ${answer.error}: ${answer.message.slice(0, 500)}`;
    }
    if (attempt < TRIES) await clock.sleep(PAUSE_MS);
  }
  throw new GreenUnhealthy(`version ${version} is not ready after ${TRIES} calls; it ${last}`);
}

const MODEL_FAULTS: readonly string[] = [
  'ModelTooLarge',
  'Sha256Mismatch',
  'ExternalData',
  'ModelUnloadable',
  'UnsupportedModel',
];
const isTheModelsFault = (code: string): boolean => MODEL_FAULTS.includes(code);
