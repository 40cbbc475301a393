import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metric-names';
import type { MetricsSink } from './metrics-sink';

/** Writes one line of CloudWatch embedded metric format per request to stdout. */
export function emfSink(): MetricsSink {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools adds a `service` dimension by itself; with it the judge's queries would find nothing.
  metrics.clearDefaultDimensions();
  return {
    record: (counts) => {
      metrics.setTimestamp(counts.at);
      metrics.addDimension(METRIC_DIMENSIONS.endpoint, counts.endpoint);
      metrics.addDimension(METRIC_DIMENSIONS.version, counts.version);
      metrics.addMetric(METRICS.modelErrors, MetricUnit.Count, counts.outcome === 'model-error' ? 1 : 0);
      metrics.addMetric(METRICS.nonFiniteOutputs, MetricUnit.Count, counts.outcome === 'non-finite-output' ? 1 : 0);
      if (counts.warmMs !== undefined)
        metrics.addMetric(METRICS.warmDuration, MetricUnit.Milliseconds, hundredths(counts.warmMs));
      for (const index of counts.classes) metrics.addMetric(METRICS.predictedClass, MetricUnit.Count, index);
      // At the 100th value of a metric Powertools has published by itself.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

/** As Lambda reports its own durations. */
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
