import type { EndpointConfig } from '../../contract/endpoint-settings';
import { VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
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
  const noPredictions =
    builtIn && predictions !== false && predictions.mode === 'enforce' && baseline.classNames.length === 0;
  const counted = custom.filter(({ of, mode }, index) => {
    const total = baseline.baseline.reduce((sum, minute) => sum + (minute.blue.custom[index]?.requests ?? 0), 0);
    return mode === 'enforce' && of !== 'requests' && total === 0;
  });
  return [
    ...(noPredictions
      ? [
          `the gate predictions (metric ${METRICS.predictedClass}, the predicted class, in ${METRIC_NAMESPACE} under ${endpoint}=${settings.name}, ${version}=${blue}; a model whose labels are text needs classNames)`,
        ]
      : []),
    ...counted.map(({ name, of }) => `the gate custom:${name} (${of === 'requests' ? '' : inWords(of, blue)})`),
  ];
}

type Counter = Exclude<EndpointConfig['settings']['gates']['custom'][number]['of'], 'requests'>;

const inWords = ({ namespace, metric, dimensions }: Counter, blue: string): string =>
  `${metric} in ${namespace} under ${Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value.replaceAll(VERSION_PLACEHOLDER, blue)}`)
    .join(', ')}`;
