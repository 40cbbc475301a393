import { FAILED_ANSWERS } from '../../lambdas/contract/metric-names';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import type { RequestCounts } from '../../lambdas/model-server/metrics-sink';
import { parseEmbeddedMetrics } from '../../simulator/services/cloudwatch/embedded-metrics';

/** The metrics of one request's lines, as CloudWatch reads them. */
function metricsOf(outcome: RequestCounts['outcome']) {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  emfSink().record({ endpoint: 'digits', version: '7', at: Date.now(), outcome, answers: {}, warmMs: 3 });
  write.mockRestore();
  return text.split('\n').flatMap((line) => {
    const metrics = parseEmbeddedMetrics(line);
    if (metrics === 'invalid') throw new Error(`CloudWatch would refuse ${line}`);
    return metrics;
  });
}

it.each(['model-error', 'non-finite-output'] as const)(
  '%s is counted for the endpoint, whichever version it was',
  (outcome) => {
    expect(metricsOf(outcome).filter(({ metric }) => metric === FAILED_ANSWERS)).toEqual([
      { namespace: 'Greenlight', metric: FAILED_ANSWERS, dimensions: { E: 'digits' }, values: [1] },
    ]);
  },
);

it('a good answer writes one line and nothing of it', () => {
  expect(metricsOf('answered').map(({ metric }) => metric)).not.toContain(FAILED_ANSWERS);
});
