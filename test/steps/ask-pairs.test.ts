import type { LoggedAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import { askPair } from '../../lambdas/steps/replay/ask-pairs';
import { verificationState } from './verification-state';

/** What a pair is made of where each version answers with such values. */
const pairOf = (datatype: string, answers: { readonly blue: readonly unknown[]; readonly green: readonly unknown[] }) =>
  askPair(
    {
      clock: { now: () => 0, sleep: async () => undefined },
      hash: () => '0',
      endpointCalls: {
        callVersionWithLog: async (_: string, version: string): Promise<LoggedAnswer> => {
          const data = version === '1' ? answers.blue : answers.green;
          const outputs = [{ name: 'y', datatype, shape: [data.length], data }];
          const body = { model_name: 'digits', model_version: version, outputs };
          return { answer: { kind: 'answered', status: 200, body, durationMs: 1 }, log: [] };
        },
      },
    } as unknown as Parameters<typeof askPair>[0],
    verificationState(),
    { blue: '1', green: '2' },
    { id: 'r-1', rows: 1, inputs: [], labels: undefined },
  );

it('reads scores, and of those that are no numbers none, as neither a class', async () => {
  const found = await pairOf('FP32', { blue: [0.5, 0.25], green: [0.5, 'NaN'] });
  expect(found?.blue).toMatchObject({ failed: 0, scores: [0.5, 0.25] });
  expect(found?.green).toEqual({ failed: 0, ms: 1 });
});

it('reads classes', async () => {
  const found = await pairOf('INT64', { blue: [1, 2], green: [1, 3] });
  expect([found?.blue.classes, found?.green.classes]).toEqual([
    [1, 2],
    [1, 3],
  ]);
});
