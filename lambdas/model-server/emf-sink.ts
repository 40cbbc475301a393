import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { FAILED_ANSWERS, METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metric-names';
import type { Scored } from '../domain/feedback/score-label';
import type { LabelCounts, MetricsSink, RequestCounts } from './metrics-sink';

/**
 * At the 100th value of a metric Powertools publishes by itself and forgets the dimensions. A line of fewer rows never
 * gets there.
 */
const LABELS_PER_LINE = 50;

/** Writes lines of CloudWatch embedded metric format to stdout: one per request, one or two per label. */
export function emfSink(): MetricsSink {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools adds a `service` dimension by itself; with it the judge's queries would find nothing.
  metrics.clearDefaultDimensions();

  const about = ({ endpoint, version, at }: Pick<RequestCounts, 'endpoint' | 'version' | 'at'>) => {
    metrics.setTimestamp(at);
    metrics.addDimension(METRIC_DIMENSIONS.endpoint, endpoint);
    metrics.addDimension(METRIC_DIMENSIONS.version, version);
  };
  /** A line of its own, which only a failure writes. */
  const failed = ({ endpoint, at }: Pick<RequestCounts, 'endpoint' | 'at'>) => {
    const single = metrics.singleMetric();
    single.setTimestamp(at);
    single.addDimension(METRIC_DIMENSIONS.endpoint, endpoint);
    single.addMetric(FAILED_ANSWERS, MetricUnit.Count, 1);
  };
  const addLabel = (scored: Scored, delaySeconds: number) => {
    if ('squaredError' in scored) {
      metrics.addMetric(METRICS.squaredError, MetricUnit.NoUnit, scored.squaredError);
      return;
    }
    metrics.addMetric(METRICS.rightAnswers, MetricUnit.Count, scored.right ? 1 : 0);
    metrics.addMetric(METRICS.labelDelay, MetricUnit.Seconds, delaySeconds);
    if (!scored.right) metrics.addMetric(METRICS.wrongLabelDelay, MetricUnit.Seconds, delaySeconds);
  };

  return {
    record: (counts) => {
      about(counts);
      metrics.addMetric(METRICS.modelErrors, MetricUnit.Count, counts.outcome === 'model-error' ? 1 : 0);
      metrics.addMetric(METRICS.nonFiniteOutputs, MetricUnit.Count, counts.outcome === 'non-finite-output' ? 1 : 0);
      if (counts.warmMs !== undefined)
        metrics.addMetric(METRICS.warmDuration, MetricUnit.Milliseconds, hundredths(counts.warmMs));
      for (const index of counts.classes) metrics.addMetric(METRICS.predictedClass, MetricUnit.Count, index);
      if (counts.outcome === 'model-error' || counts.outcome === 'non-finite-output') failed(counts);
      // At the 100th value of a metric Powertools has published by itself.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
    recordOther: (minute) => {
      about(minute);
      metrics.addMetric(METRICS.nonFiniteOutputs, MetricUnit.Count, 0);
      metrics.publishStoredMetrics();
    },
    recordLabel: (counts: LabelCounts) => {
      for (let first = 0; first < counts.scored.length; first += LABELS_PER_LINE) {
        about(counts);
        for (const scored of counts.scored.slice(first, first + LABELS_PER_LINE)) addLabel(scored, counts.delaySeconds);
        metrics.publishStoredMetrics();
      }
    },
  };
}

/** As Lambda reports its own durations. */
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
