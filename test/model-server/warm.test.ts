import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { byVersion, digits, event, serve, throughLive } from './serve';

const live = parseDataSet(digits('live-traffic.json'));
const request = (row = 0) => inferRequest(live, row);
const dense = live.requests.findIndex(
  ({ inputs }) => inputs[0]!.data.reduce<number>((sum, value) => sum + Number(value), 0) > 360,
);

describe('the duration of a warm request', () => {
  it('is told of every request but the first of its environment', async () => {
    const { server, infer, counts } = serve(digits('v1-baseline.onnx'));
    await server.load();
    for (let index = 0; index < 3; index += 1) await infer(request());
    expect(counts.map(({ warmMs }) => warmMs)).toEqual([undefined, 5, 5]);
  });

  it('is told of the first request for a prediction, when another request began the environment', async () => {
    const { server, call, infer, counts } = serve(digits('v1-baseline.onnx'));
    await server.load();
    await call('GET', '/v2/health/live');
    await infer(request());
    expect(counts.map(({ warmMs }) => warmMs)).toEqual([5]);
  });

  it('is not told of a request that waited for the model, first or not', async () => {
    const { call, infer, counts } = serve(digits('v1-baseline.onnx'));
    await call('GET', '/v2/health/live');
    await infer(request());
    await infer(request());
    expect(counts.map(({ warmMs }) => warmMs)).toEqual([undefined, 5]);
  });

  it('is not told of a request that calls the version itself, which yet warms the environment', async () => {
    const { server, infer, counts } = serve(digits('v1-baseline.onnx'));
    await server.load();
    await infer(request(), byVersion);
    await infer(request());
    expect(counts.map(({ warmMs }) => warmMs)).toEqual([5]);
  });

  it('is told of a failure that was answered', async () => {
    const { server, infer, counts } = serve(digits('throws-on-dense.onnx'));
    await server.load();
    await infer(request(dense));
    await infer(request(dense));
    expect(counts.map(({ outcome, warmMs }) => [outcome, warmMs])).toEqual([
      ['model-error', undefined],
      ['model-error', 5],
    ]);
  });

  it('is the time of the whole request, the writing of its answer with it', async () => {
    const moments: string[] = [];
    const { server, counts } = serve(
      digits('v1-baseline.onnx'),
      {},
      {
        stopwatch: () => {
          moments.push('begun');
          return () => {
            moments.push('read');
            return 7.25;
          };
        },
      },
    );
    await server.load();
    const asked = event('POST', '/v2/models/m/infer', request());
    const watched = {
      ...asked,
      get body() {
        moments.push('body');
        return asked.body;
      },
    };
    await server.handle(watched, throughLive);
    moments.length = 0;
    await server.handle(watched, { ...throughLive, awsRequestId: 'r-2' });
    expect(moments).toEqual(['begun', 'body', 'read']);
    expect(counts.at(-1)?.warmMs).toBe(7.25);
  });
});
