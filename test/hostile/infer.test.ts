import fc from 'fast-check';
import { lambdaEndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import { capturedRequestSchema, MAX_CAPTURED_BYTES, capturedReplay } from '../../lambdas/contract/replay';
import { errorBody, inferResponse } from '../../lambdas/contract/inference-protocol';
import type { Answer } from '../../lambdas/model-server/answer';
import { requestCapture } from '../../lambdas/model-server/capture';
import { askPair } from '../../lambdas/steps/replay/ask-pairs';
import { contextWith, standIn } from '../adapters/stand-ins';
import { envFor, fixture, input, jsonOf, serve, throughLive } from '../model-server/serve';
import { verificationState } from '../steps/verification-state';
import { damaged, inJson, isOneLine, json, jsonText, keys, SOME, text } from './hostile';

const FIELDS = ['inputs', 'outputs', 'id', 'parameters', 'name', 'datatype', 'shape', 'data', 'binary_data_size'];
const TYPES = ['fp16', 'fp32', 'fp64', 'int8', 'int32', 'int64', 'uint64', 'bool', 'bytes'] as const;
const kept: { readonly key: string; readonly body: string }[] = [];
const noted: unknown[] = [];

const servers = new Map(
  TYPES.map((type) => {
    const file = fixture(`echo-${type}.onnx`);
    const log = { info: () => undefined, warn: (...line: unknown[]) => void noted.push(line), error: () => undefined };
    const sink = {
      write: async (one: { key: string; body: string }) => {
        kept.push(one);
        return 'kept' as const;
      },
    };
    let now = 0;
    const capture = requestCapture({
      env: envFor(file, { captureRate: 1 }),
      sink,
      log,
      now: () => (now += 1_000),
      random: () => 0,
    });
    return [type, serve(file, {}, { capture })] as const;
  }),
);
const server = (type: (typeof TYPES)[number]) => servers.get(type)!;

const numbers = [
  '9223372036854775807',
  '"9223372036854775808"',
  '18446744073709551615',
  '"-1"',
  '65504',
  '1e39',
  '"NaN"',
  '-1e400',
  '1',
];
const whole = (type: string) => ({
  ...input('x', type.toUpperCase(), [2], type === 'bytes' ? ['a', 'b'] : [1, 0]),
  id: 'a',
  parameters: { binary_data_output: true },
  outputs: [{ name: 'y', parameters: {} }],
});
const infer = (type: string, shape: readonly number[], data: readonly string[]) =>
  `{"inputs":[{"name":"x","datatype":"${type.toUpperCase()}","shape":${JSON.stringify(shape)},"data":[${data.join(',')}]}]}`;
const request = (type: string) =>
  fc.oneof(
    damaged(whole(type), FIELDS).map(inJson),
    jsonText(FIELDS, numbers),
    fc
      .array(
        type === 'bytes'
          ? text().map((one) => JSON.stringify(one))
          : fc.oneof(fc.constantFrom(...numbers), fc.integer({ min: 0, max: 1 }).map(String)),
        { minLength: 1, maxLength: 4 },
      )
      .map((data) => infer(type, [data.length], data)),
    fc
      .tuple(
        fc.array(fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom(2 ** 31, 2 ** 53 - 1, 1e300, 0.5)), {
          maxLength: 4,
        }),
        fc.array(fc.oneof(fc.constantFrom(...numbers), jsonText()), { maxLength: 5 }),
      )
      .map(([shape, data]) => infer(type, shape, data)),
  );

/** Answered by the protocol: a prediction, or an error that has a code and one line, and is no crash. */
function expectByProtocol(answer: Answer): void {
  const { statusCode } = answer;
  const said = jsonOf(answer);
  if (statusCode === 200) return;
  const { error } = errorBody.parse(said);
  expect(statusCode >= 400 && statusCode <= 503).toBe(true);
  expect(error.length).toBeLessThan(1_000);
  expect([error, isOneLine(error)]).toEqual([error, true]);
}

test.each(TYPES)(
  'an infer request of any shape is answered by an %s model, and what it echoes is what was sent',
  (type) =>
    fc.assert(
      fc.asyncProperty(request(type), async (body) => {
        const { lines, infer } = server(type);
        lines.length = 0;
        const reply = await infer(body);
        expectByProtocol(reply);
        expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
        if (reply.statusCode !== 200 || reply.isBase64Encoded) return;
        const [sent] = (JSON.parse(body) as { inputs: { shape: number[]; data: unknown[] }[] }).inputs;
        const [echoed] = inferResponse.parse(reply.json).outputs;
        expect(echoed?.shape).toEqual(sent?.shape);
        if (type === 'bytes') expect(echoed?.data).toEqual(sent?.data.flat(8));
      }),
      { numRuns: 150 },
    ),
  60_000,
);

test('an event of any shape, from a function URL or a direct invoke, is answered', () => {
  const event = {
    version: '2.0',
    rawPath: '/v2/models/m/infer',
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST' } },
    body: JSON.stringify(whole('fp32')),
    isBase64Encoded: false,
  };
  const path = fc
    .array(keys(['v2', 'models', 'm', 'infer', 'versions', '7', 'health', 'ready']), { maxLength: 7 })
    .map((parts) => `/${parts.join('/')}`);
  const garbage = fc.record({
    ...Object.fromEntries(Object.entries(event).map(([key, value]) => [key, fc.constant(value)])),
    body: fc.oneof(text(), fc.base64String()),
    isBase64Encoded: fc.boolean(),
  });
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((one) => ({ ...event, body: Buffer.from(one).toString('base64'), isBase64Encoded: true }));
  return fc.assert(
    fc.asyncProperty(
      fc.oneof(
        damaged(event),
        json(Object.keys(event)),
        path.map((rawPath) => ({ ...event, rawPath })),
        garbage,
        bytes,
      ),
      async (given) => {
        expectByProtocol(await server('fp32').server.handle(given, throughLive));
      },
    ),
    { numRuns: 500 },
  );
});

test('what was captured of all that is small, and can be replayed', () => {
  expect(kept.length).toBeGreaterThan(10);
  expect(noted).toEqual([]);
  for (const { key, body } of kept) {
    expect(key).toMatch(/^captured\/digits\/[0-9-]{10}\/r-\d+\.json$/);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_CAPTURED_BYTES);
    const { inputs } = capturedRequestSchema.parse(JSON.parse(body));
    expect(inputs.flatMap(Object.keys).filter((one) => !['name', 'datatype', 'shape', 'data'].includes(one))).toEqual(
      [],
    );
  }
});

test('a captured object of any content is replayed or skipped, and stops no rollout', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(jsonText(FIELDS), text(), damaged(whole('fp32'), FIELDS).map(inJson)),
      async (content) => {
        const lambda = standIn(undefined, () => ({ Payload: Buffer.from('{"statusCode":400,"body":"{}"}') }));
        const ports = {
          clock: { now: () => 0, sleep: async () => undefined },
          hash: () => '0',
          endpointCalls: lambdaEndpointCalls(contextWith({ lambda: lambda.client })),
        };
        const request = capturedReplay('captured/a', content);
        const state = verificationState({ captureSampleRate: 1 });
        const pair = request && (await askPair(ports, state, { blue: '1', green: '2' }, request));
        expect(pair ?? { refused: '' }).toEqual({ refused: expect.any(String) as unknown });
      },
    ),
    SOME,
  ));

test.each([
  ['a\0b', /^inputs\[0\]\.data\[0\] is "a\\u0000b", not text without NUL/],
  ['\ud800', /^inputs\[0\]\.data\[0\] is "\\ud800", not text without NUL/],
])('text that the runtime would cut or change is refused: %j', async (sent, message) => {
  const reply = await server('bytes').infer(input('x', 'BYTES', [1], [sent]));
  expect([reply.statusCode, reply.json['error']]).toEqual([400, expect.stringMatching(message)]);
});
