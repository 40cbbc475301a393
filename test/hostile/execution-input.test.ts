import { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { parseExecutionInput } from '../../lambdas/contract/execution-input';
import { create } from '../../lambdas/handlers/validate-model';
import { HandClock } from '../simulator/services/test-world';
import { awsError, standIn, TEST_ENV } from '../adapters/stand-ins';
import { storedSettings, table } from './app';
import { damaged, expectNamed, json, jsonText, MANY, outcomeOf, SOME, text } from './hostile';

const FIELDS = 'Comment endpoint model strategy steps weight bakeMinutes reason action to dryRun force startedBy'.split(
  ' ',
);
const VALUES = ['"digits"', '"rollback"', '"AllAtOnce"', '"7"', '"live"', '"s3://models-bucket/models/digits/a.onnx"'];
const WHOLE = {
  Comment: 'x',
  endpoint: 'digits',
  model: 's3://models-bucket/models/digits/a.onnx?versionId=v',
  strategy: { steps: [{ weight: 10, bakeMinutes: 5 }] },
  reason: 'why',
  action: 'rollout',
  dryRun: false,
  force: true,
  startedBy: 'person',
};

test('an input of any shape is parsed or refused by name, in one readable line', () =>
  fc.assert(
    fc.asyncProperty(fc.oneof(json(FIELDS, VALUES), damaged(WHOLE, FIELDS)), async (input) => {
      const outcome = await outcomeOf(() => parseExecutionInput(input));
      if ('error' in outcome) expectNamed(outcome.error);
      else expect(Object.keys(outcome.value).filter((key) => !FIELDS.includes(key))).toEqual([]);
    }),
    MANY,
  ));

test('a refusal names the field, and the value that was given', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('endpoint', 'model', 'strategy', 'reason', 'dryRun', 'to'),
      jsonText(),
      async (field, value) => {
        const outcome = await outcomeOf(() => parseExecutionInput(JSON.parse(`{"${field}":${value}}`)));
        if (!('error' in outcome)) return;
        expect(outcome.error.name).toBe('InvalidInput');
        expect(outcome.error.message).toContain(field);
        expect(outcome.error.message).toMatch(/; got |only goes with/);
      },
    ),
    MANY,
  ));

test('an unknown key is refused by its name, also one that every object has', () =>
  fc.assert(
    fc.asyncProperty(text(), json(), async (key, value) => {
      fc.pre(!FIELDS.includes(key) || key === 'steps');
      const input = Object.fromEntries([[key, value]]);
      await expect(outcomeOf(() => parseExecutionInput(input))).resolves.toMatchObject({
        error: { name: 'InvalidInput', message: expect.stringContaining('unknown key') as string },
      });
    }),
    MANY,
  ));

test('however many keys are unknown, the refusal fits into what a workflow can carry', async () => {
  const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`k${index}`, index]));
  const outcome = await outcomeOf(() => parseExecutionInput(many));
  expect('error' in outcome && outcome.error.message).toMatch(/unknown key "k0", .* and 39990 more/);
  if ('error' in outcome) expectNamed(outcome.error);
});

test.each([
  [
    'a field that is nested deeper than any stack',
    { endpoint: nested(100_000) },
    /^endpoint: .*string.*; got \[{199,200}$/,
  ],
  ['an array that is nested so', nested(100_000), /^input: must be a JSON object such as \{\}; got \[{99,100}$/],
  ['a strategy that is nested so', { strategy: nested(100_000) }, /^strategy: must be one of .*; got \[{199,200}$/],
  ['a key that begins a line of its own', { 'a\nERROR: forged': 1 }, /^input: unknown key "a\\nERROR: forged"$/],
  ['half a character, which no table takes', { reason: '\ud800' }, /^reason: must be whole Unicode.*; got "\\ud800"$/],
])('refuses %s', async (_, input, message) => {
  const outcome = await outcomeOf(() => parseExecutionInput(input));
  expect(outcome).toMatchObject({ error: { name: 'InvalidInput', message: expect.stringMatching(message) as string } });
});

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
}

test('refuses a key that is longer than S3 takes, before S3 is asked', async () => {
  const { outcome } = await validate({ model: `s3://models-bucket/models/digits/${'é'.repeat(600)}.onnx` });
  expect(outcome).toMatchObject({
    error: { name: 'InvalidInput', message: "model: the key has 1219 bytes, S3's limit is 1024" },
  });
});

/** ValidateModel over a table and an S3 without objects, whose requests go through the SDK as far as the wire. */
async function validate(input: unknown) {
  const s3 = new S3Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ query }: { query: object }) => ({
        response:
          'versions' in query
            ? { statusCode: 200, headers: {}, body: Buffer.from('<a/>') }
            : { statusCode: 404, headers: {} },
      }),
    } as never,
  });
  const dynamodb = table({ pk: 'SETTINGS', sk: 'digits', config: storedSettings() });
  const lambda = standIn(undefined, ({ command }) => {
    if (command === 'GetAlias') return { FunctionVersion: '1', RevisionId: 'r' };
    throw awsError('ResourceNotFoundException', 404);
  });
  const handle = create(
    { s3, dynamodb: dynamodb.client, lambda: lambda.client, cloudwatch: standIn(undefined).client },
    TEST_ENV,
    {
      clock: new HandClock(),
    },
  );
  const execution = {
    id: 'arn:aws:states:eu-central-1:123456789012:execution:rollouts:e',
    name: 'e',
    startTime: '2026-11-23T09:00:00Z',
  };
  return { outcome: await outcomeOf(() => handle({ execution, input })), dynamodb, lambda };
}

test('a refused input starts nothing: no write but the lock, the turn and the record, each of text that a table takes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(damaged(WHOLE, FIELDS), damaged({ ...WHOLE, reason: '\ud800' }), json(FIELDS, VALUES)),
      async (input) => {
        const { outcome, dynamodb, lambda } = await validate(input);
        if (!('error' in outcome)) throw new Error('there is no model to roll out');
        expectNamed(outcome.error);
        expect(lambda.sent.filter(({ command }) => !/^(Get|List)/.test(command))).toEqual([]);
        const written = dynamodb.items().map(({ sk }) => (sk as string).split('#')[0]);
        const early =
          ['InvalidInput', 'UnknownEndpoint'].includes(outcome.error.name) && !/^model: /.test(outcome.error.message);
        // What was live is noted anew where the table has lost it.
        expect(
          written.filter(
            (sort) =>
              ![
                'digits',
                'LIVE',
                'LOCK',
                'TURN',
                'RECORD',
                'ROLLOUT',
                'ANNOUNCED',
                '2026-11-23T09:00:00.000Z',
              ].includes(sort ?? ''),
          ),
        ).toEqual([]);
        if (early) expect(written).toEqual(['digits']);
        expect(JSON.stringify(dynamodb.items())).not.toMatch(/\\ud[89a-f]/i);
      },
    ),
    SOME,
  ));
