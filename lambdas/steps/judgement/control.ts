import type { Adapters } from '../../adapters/adapters';
import type { ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { canaryComes, watches } from '../rollout/progress';
import { madeUpRequests } from '../verification/warm-up';
import { askedOf, askOnce } from './ask-versions';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/** How long a version takes shows one call at a time: so many before green has traffic. */
const TIMED_BEFORE = 10;

/**
 * The kind of made-up request that both versions answer before green has traffic. Only such a request can tell later
 * that something outside of both has broken, or that blue has died; without one, as with a blue that is dead, nothing
 * excuses green. It is timed as well.
 */
export async function controlFor(
  ports: Needs,
  state: RolloutState,
  green: string,
  signature: ModelMetadata,
): Promise<Pick<RolloutState, 'control' | 'controlMs'>> {
  if (state.plan.dryRun) return {};
  if (watches(state)) return controlOf(ports, state, green, signature);
  // For the canary alone nothing depends on it.
  return canaryComes(state) ? controlOf(ports, state, green, signature).catch(() => ({})) : {};
}

async function controlOf(...[ports, state, green, signature]: Parameters<typeof controlFor>) {
  for (const [kind, body] of madeUpRequests(signature).entries()) {
    const answered = await Promise.all(
      [state.blue.version, green].map((version) => askOnce(ports, state, version, body)),
    );
    if (!answered.every(({ said }) => said === 'answered')) continue;
    const { blue, green: ofGreen } = await askedOf(ports, state, green, body, TIMED_BEFORE, 1);
    return { control: kind, controlMs: { blue: [...blue.ms], green: [...ofGreen.ms] } };
  }
  return {};
}
