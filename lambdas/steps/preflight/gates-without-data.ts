import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type CustomCounter, VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import { ownCounts } from '../../domain/gates/gates';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../../contract/metric-names';
import type { Baseline } from '../../domain/evidence';

/** Of fewer requests all may have been the callers' fault, which is counted nowhere. */
const ENOUGH_REQUESTS = 20;

/** The gates that found nothing of a blue that was called, each with the names under which they looked. */
export function gatesWithoutData(
  { settings, builtIn }: EndpointConfig,
  baseline: Baseline,
  blue: string,
  requests: number,
): readonly string[] {
  if (requests < ENOUGH_REQUESTS) return [];
  const { predictions, custom } = settings.gates;
  const { endpoint, version } = METRIC_DIMENSIONS;
  const ofServer = `in ${METRIC_NAMESPACE} under ${endpoint}=${settings.name}, ${version}=${blue}`;
  const noPredictions =
    builtIn &&
    predictions !== false &&
    predictions.mode === 'enforce' &&
    baseline.uncounted === undefined &&
    baseline.classNames.length === 0;
  const places = new Map(custom.map(({ name }, index) => [`custom:${name}`, index]));
  const totalOf = (gate: string) =>
    baseline.baseline.reduce((sum, { blue: side }) => {
      const place = places.get(gate);
      return sum + ((place === undefined ? side.counted?.[gate] : side.custom[place])?.requests ?? 0);
    }, 0);
  const lacking = ownCounts(settings.gates).flatMap(({ gate, mode, events, of }) => {
    // Events of requests may well be none; a metric of the model server has its zeros.
    const told = of === 'requests' ? events : of;
    if (mode === 'observe' || (of === 'requests' && typeof events !== 'string') || totalOf(gate) > 0) return [];
    return [`the gate ${gate} (${typeof told === 'string' ? `metric ${told} ${ofServer}` : inWords(told, blue)})`];
  });
  return [...(noPredictions ? [`the gate predictions (what its answers say, ${ofServer})`] : []), ...lacking];
}

const inWords = ({ namespace, metric, dimensions }: CustomCounter, blue: string): string =>
  `${metric} in ${namespace} under ${Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value.replaceAll(VERSION_PLACEHOLDER, blue)}`)
    .join(', ')}`;
