import { FAILED_ANSWERS, OTHER_REQUESTS } from '../../lambdas/contract/metric-names';
import { emfSink, type MetricsSink, type RequestCounts } from '../../lambdas/model-server/emf-sink';
import { fakeTraffic } from '../../simulator/fake-server';
import { parseEmbeddedMetrics } from '../../simulator/services/cloudwatch/embedded-metrics';

/** The metrics of what a sink writes, as CloudWatch reads them. */
function metricsIn(record: (sink: MetricsSink) => void) {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  record(emfSink());
  write.mockRestore();
  return text.split('\n').flatMap((line) => {
    const metrics = parseEmbeddedMetrics(line);
    if (metrics === 'invalid') throw new Error(`CloudWatch would refuse ${line}`);
    return metrics;
  });
}

const about = { endpoint: 'digits', version: '7', at: Date.parse('2026-11-27T12:00:01Z') };
const metricsOf = (outcome: RequestCounts['outcome']) =>
  metricsIn((sink) => sink.record({ ...about, outcome, answers: {}, warmMs: 3 }));

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

it('each request that the model was not asked is counted for the endpoint, and for its version once a minute', () => {
  const metrics = metricsIn((sink) =>
    [0, 20_000, 70_000].forEach((ms) => sink.recordOther({ ...about, at: about.at + ms })),
  );
  expect(metrics.filter(({ metric }) => metric === OTHER_REQUESTS)).toEqual(
    Array.from({ length: 3 }, () => ({
      ...{ namespace: 'Greenlight', metric: OTHER_REQUESTS, dimensions: { E: 'digits' }, values: [1] },
    })),
  );
  expect(metrics.filter(({ dimensions }) => 'V' in dimensions || Object.keys(dimensions).length > 1)).toHaveLength(2);
});

it('made-up traffic says of requests that the model was not asked what the server says', () => {
  const said = metricsIn((sink) => [0, 1].forEach((ms) => sink.recordOther({ ...about, at: about.at + ms })));
  const of = { functionName: 'digits', logicalId: 'Digits', memoryMB: 1024, timeoutSeconds: 29, environment: {} };
  const { metrics = [] } = fakeTraffic(() => ({ name: 'v1', refused: 1 }), about.endpoint)(
    { ...of, version: about.version },
    2,
    () => 0.5,
  );
  const each = metrics.flatMap(({ values, ...metric }) =>
    values.flatMap(([value, count]) => Array.from({ length: count }, () => ({ ...metric, values: [value] }))),
  );
  expect(each).toHaveLength(said.length);
  expect(each).toEqual(expect.arrayContaining(said));
});
