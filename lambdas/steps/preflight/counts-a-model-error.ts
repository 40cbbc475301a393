import * as z from 'zod';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';

const embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/**
 * Whether a line of the log makes CloudWatch count one model error where the judge reads it: embedded metric format, our
 * namespace, exactly our two dimensions with this endpoint and version. A line with anything before its brace is no metric.
 */
export function countsAModelError(line: string, endpoint: string, version: string): boolean {
  const record = embedded.safeParse(json(line));
  if (!record.success) return false;
  const { data } = record;
  const here = data._aws.CloudWatchMetrics.some(
    ({ Namespace, Dimensions, Metrics }) =>
      Namespace === METRIC_NAMESPACE &&
      Dimensions.some((names) => [...names].sort().join() === Object.values(METRIC_DIMENSIONS).sort().join()) &&
      Metrics.some(({ Name }) => Name === METRICS.modelErrors),
  );
  const value = data[METRICS.modelErrors];
  return (
    here &&
    data[METRIC_DIMENSIONS.endpoint] === endpoint &&
    data[METRIC_DIMENSIONS.version] === version &&
    (value === 1 || (Array.isArray(value) && value.length === 1 && value[0] === 1))
  );
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line of text, or the first one of a tail that was cut
  }
}
