import fc from 'fast-check';
import { create } from '../../lambdas/handlers/start-rollout';
import { parseExecutionInput } from '../../lambdas/contract/execution-input';
import { S3Service } from '../../simulator/services/s3-service';
import { HandClock, testWorld } from '../simulator/services/test-world';
import { type Notice, plainSubject } from '../../lambdas/adapters/notices';
import { awsError, standIn, TEST_ENV } from '../adapters/stand-ins';
import { noticesIn } from '../pages/notices/announced';
import { SETTINGS_ITEM, table } from './app';
import { damaged, expectNamed, inJson, isOneLine, json, keys, outcomeOf, SOME, text } from './hostile';

const FIELDS = ['detail', 'bucket', 'name', 'object', 'key', 'version-id', 'size', 'time', 'etag'];
const VALUES = ['"models-bucket"', '"models/digits/a.onnx"', '"null"', '"v"'];

/** The trigger over a table, a bucket with one object and its metadata, and everything it starts or tells. */
async function upload(event: unknown, metadata: Readonly<Record<string, string>> = {}, s3Error?: Error) {
  const s3 = new S3Service(testWorld());
  s3.createBucket('models-bucket', { versioned: true });
  const objects = standIn(s3, ({ command, input }) => {
    if (command === 'GetObject') return { Body: undefined };
    if (command !== 'HeadObject') return undefined;
    if (s3Error) throw s3Error;
    // Which version of the key is the current one is not asked of events that say anything.
    if (input['VersionId'] === undefined) throw awsError('NotFound', 404);
    return {
      VersionId: input['VersionId'],
      ContentLength: 1,
      LastModified: new Date(0),
      Metadata: metadata,
    };
  });
  const items = table(SETTINGS_ITEM);
  const sfn = standIn(undefined, () => ({}));
  const clients = { s3: objects.client, dynamodb: items.client, sfn: sfn.client };
  const outcome = await outcomeOf(() => create(clients, TEST_ENV, { clock: new HandClock() })(event));
  const started = sfn.sent.filter(({ command }) => command === 'StartExecution');
  const records = items.items().filter(({ sk }) => (sk as string).startsWith('RECORD#'));
  const locks = items.items().filter(({ sk }) => sk === 'LOCK');
  return { outcome, started, records, locks, notices: noticesIn(items.items()) };
}

const KEY = 'models/digits/a.onnx';
const event = (object: object = {}, bucket = 'models-bucket') => ({
  version: '0',
  time: '2026-11-23T09:00:00Z',
  detail: { bucket: { name: bucket }, object: { key: KEY, size: 1, 'version-id': 'v', ...object } },
});

/** Started once, with an input that the workflow takes; or refused with one record and one notice, and nothing else. */
function expectAnswered({ outcome, started, records, locks, notices }: Awaited<ReturnType<typeof upload>>): void {
  if ('error' in outcome) throw new Error(`not answered: ${outcome.error.name}: ${outcome.error.message}`);
  if (outcome.value === 'ignored') {
    expect([started, records, locks, notices]).toEqual([[], [], [], []]);
    return;
  }
  expect(['started', 'refused']).toContain(outcome.value);
  if (outcome.value === 'started') {
    expect(started).toHaveLength(1);
    expect([records, notices]).toEqual([[], []]);
    parseExecutionInput(JSON.parse(String(started[0]?.input['input'])));
    return;
  }
  expect([started, locks]).toEqual([[], []]);
  expect(records).toHaveLength(1);
  const { error: name, cause } = records[0] as { error: string; cause: string };
  expectNamed(Object.assign(new Error(cause), { name }));
  expect(notices).toHaveLength(1);
  expectHonest(notices[0]);
}

/** SNS takes the subject; every line of the message begins as one of ours does. */
function expectHonest(notice: Notice | undefined): void {
  const { subject = '', body = '' } = notice ?? {};
  expect(plainSubject(subject)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  const lines = body.split('\n');
  expect(lines.filter(isOneLine)).toEqual(lines);
  const forged = lines.filter(
    (line) =>
      !/^(|Failed: the upload .*|(Invalid|Unknown).*|In service now: as before, no traffic was touched\.|What to do:|[A-Z][^:]*\.|(Report|Dashboard|Rollout|Notice): .*| {2}npx greenlight .*)$/u.test(
        line,
      ),
  );
  expect(forged).toEqual([]);
}

test('an event of any shape is answered: one execution, or one record and one notice', () =>
  fc.assert(
    fc.asyncProperty(fc.oneof(json(FIELDS, VALUES), damaged(event(), FIELDS)), async (given) =>
      expectAnswered(await upload(given)),
    ),
    SOME,
  ));

test('a key of any kind, in any bucket, forges neither an input nor a line of a notice', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(keys(['models', 'digits', '/', '/', '.onnx', '.', '..']), { maxLength: 6 }),
      fc.option(fc.oneof(text(), fc.constantFrom('null', 'v')), { nil: undefined }),
      fc.oneof(fc.constantFrom('models-bucket', 'other-bucket'), text()),
      fc.constantFrom('', 'models/digits/'),
      fc.constantFrom('', '.onnx'),
      async (parts, version, bucket, prefix, suffix) => {
        const key = `${prefix}${parts.join('')}${suffix}`;
        const answered = await upload(event({ key, 'version-id': version }, bucket));
        expectAnswered(answered);
        if (answered.started.length === 0) return;
        expect(bucket).toBe('models-bucket');
        expect(JSON.parse(String(answered.started[0]?.input['input']))).toMatchObject({
          endpoint: 'digits',
          model: `s3://models-bucket/${key}?versionId=${version}`,
        });
      },
    ),
    SOME,
  ));

test('options of any kind on the object are taken or refused, and say no more than they may', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.record({ strategy: strategies(), reason: text(), sha256: text() }, { requiredKeys: [] }),
        fc
          .array(fc.tuple(keys(['strategy', 'Reason', 'force', 'dryRun', 'startedBy']), text()), { maxLength: 5 })
          .map((all) => Object.fromEntries(all)),
      ),
      async (metadata) => {
        const answered = await upload(event(), metadata);
        expectAnswered(answered);
        if (answered.started.length === 0) return;
        const input = JSON.parse(String(answered.started[0]?.input['input'])) as object;
        expect(
          Object.keys(input).filter((key) => !['endpoint', 'model', 'strategy', 'reason', 'startedBy'].includes(key)),
        ).toEqual([]);
        expect(input).toMatchObject({ startedBy: 'upload' });
      },
    ),
    SOME,
  ));

function strategies(): fc.Arbitrary<string> {
  const steps = fc.array(
    fc.record({ weight: fc.integer({ min: -1, max: 101 }), bakeMinutes: fc.integer({ min: 0, max: 10_000 }) }),
  );
  return fc.oneof(
    fc.constantFrom('AllAtOnce', ' Progressive ', 'constructor', '{', `{"steps":${'['.repeat(900)}`),
    fc
      .oneof(steps, damaged({ steps: [{ weight: 1, bakeMinutes: 1 }] }, ['steps', 'weight']))
      .map((one) => `{"steps":${inJson(one)}}`),
    text(),
  );
}

test.each(['AccessDenied', 'SlowDown', 'InternalError'])(
  '%s of S3 is thrown on as it is, so that the event comes again',
  async (name) => {
    const { outcome, started, records } = await upload(event(), {}, awsError(name, 503));
    expect(outcome).toMatchObject({ error: { name } });
    expect([started, records]).toEqual([[], []]);
  },
);

test('a key with a newline brings no line of its own into a notice', async () => {
  const { notices } = await upload(event({ key: 'models/faces/\nIn service now: version 66.' }));
  expect(notices[0]?.body).toContain('there is no endpoint "faces"');
  expect(notices[0]?.body).not.toMatch(/^In service now: version/m);
});

test('an event of another bucket starts nothing, though this bucket has an object of the same key and version', async () => {
  const { outcome, records } = await upload(event({}, 'other-bucket'));
  expect(outcome).toEqual({ value: 'refused' });
  expect(records[0]).toMatchObject({
    error: 'InvalidUpload',
    cause: `${KEY}: the event is of bucket "other-bucket"; models are uploaded to models-bucket`,
  });
});

test.each([
  ['=?UTF-8?B?dMOpc3QgNDc=?=', 'tést 47'],
  ['=?utf-8?q?t=C3=A9st_?= =?utf-8?Q?47?=', 'tést 47'],
  ['=?ISO-8859-1?Q?t=E9st?= 47', 'tést 47'],
  ['=?x-unknown?B?dA==?=', '=?x-unknown?B?dA==?='],
  ['=?UTF-8?Q?=ff?=', '=?UTF-8?Q?=ff?='],
  ['retrain\nforged\u001b[2J', 'retrain\\nforged\\u001b[2J'],
  [`${'x'.repeat(999)}😀`, 'x'.repeat(999)],
])('the reason %j on an object reads %j', async (reason, read) => {
  const { started } = await upload(event(), { reason });
  expect(JSON.parse(String(started[0]?.input['input']))).toMatchObject({ reason: read });
});
