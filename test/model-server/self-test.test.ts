import { errorBody, SELF_TEST_PATH } from '../../lambdas/contract/inference-protocol';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import { countsAModelError } from '../../lambdas/steps/preflight/check-errors-counted';
import { byVersion, fixture, serve, throughLive } from './serve';

const NOW = Date.now();
const served = () => serve(undefined, {}, { now: () => NOW });

it('fails on purpose as a model fails when a version is called directly, and counts it once', async () => {
  const { call, counts } = served();
  const reply = await call('POST', SELF_TEST_PATH, undefined, byVersion);
  expect(reply.statusCode).toBe(500);
  expect(errorBody.parse(reply.json).code).toBe('ModelFailed');
  expect(counts).toMatchObject([{ endpoint: 'digits', version: '7', at: NOW, outcome: 'model-error' }]);
});

it('knows no such path through the live alias, nor without a qualifier, and counts nothing', async () => {
  const { call, counts } = served();
  const unqualified = { ...throughLive, invokedFunctionArn: throughLive.invokedFunctionArn.replace(':live', '') };
  for (const context of [throughLive, unqualified]) {
    const reply = await call('POST', SELF_TEST_PATH, undefined, context);
    expect([reply.statusCode, errorBody.parse(reply.json).code]).toEqual([404, 'NotFound']);
  }
  expect(counts).toEqual([]);
});

it('writes to its log what the preflight looks for', async () => {
  const { call, counts } = served();
  await call('POST', SELF_TEST_PATH, undefined, byVersion);
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    counts.forEach((count) => emfSink().record(count));
  } finally {
    write.mockRestore();
  }
  const lines = text.split('\n').filter((line) => line !== '');
  // The second line is the endpoint's own count, which no version has.
  expect(lines.map((line) => countsAModelError(line, 'digits', '7'))).toEqual([true, false]);
});

it('fails users in a drill, and counts it, while tests, testers and bad requests are answered as ever', async () => {
  const { infer, counts } = serve(fixture('echo-fp32.onnx'), { drill: 'digits-drill-1' });
  const asked = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] };
  const preview = { ...throughLive, invokedFunctionArn: throughLive.invokedFunctionArn.replace(':live', ':preview') };
  for (const context of [byVersion, preview]) expect((await infer(asked, context)).statusCode).toBe(200);
  expect((await infer({ inputs: 'none' })).statusCode).toBe(400);
  expect(counts).toEqual([]);
  const reply = await infer(asked);
  expect([reply.statusCode, errorBody.parse(reply.json).code]).toEqual([500, 'ModelFailed']);
  expect(counts).toMatchObject([{ outcome: 'model-error' }]);
});
