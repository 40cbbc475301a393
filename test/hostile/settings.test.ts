import fc from 'fast-check';
import { dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { dynamodbSettings, parseEndpointConfig } from '../../lambdas/adapters/dynamodb/settings';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { checkSettings } from '../../lib/settings/check-settings';
import { contextWith, standIn } from '../adapters/stand-ins';
import { storedSettings } from './app';
import { damaged, expectNamed, inJson, json, jsonText, MANY, outcomeOf, text } from './hostile';

const counter = { namespace: 'Shop', metric: 'F', dimensions: { Version: '{version}' } };
const WHOLE = JSON.parse(
  storedSettings({
    gates: { custom: [{ name: 'fallbacks', events: counter, of: counter }] },
    strategy: { steps: [{ weight: 10, bakeMinutes: 5 }] },
    goldenSet: { key: 'golden/g.json' },
    classNames: ['a', 'b'],
    knownBadRequest: { path: '/', body: { a: [1] } },
    vetoAlarms: ['alarm'],
  }),
) as { readonly settings: Readonly<Record<string, unknown>> };
const FIELDS = [...Object.keys(WHOLE), ...Object.keys(WHOLE.settings), 'dimensions', 'body', 'steps'];

const stored = fc.oneof(damaged(WHOLE, FIELDS).map(inJson), jsonText(FIELDS), text());

test('stored settings of any text are complete and read back alike, or SettingsInvalid', () =>
  fc.assert(
    fc.asyncProperty(stored, async (config) => {
      const outcome = await outcomeOf(() => parseEndpointConfig(config, 'The settings'));
      if ('error' in outcome) return expectNamed(outcome.error);
      expect(endpointConfigSchema.parse(JSON.parse(JSON.stringify(outcome.value)))).toEqual(outcome.value);
    }),
    MANY,
  ));

test("settings of any shape in an app's config are taken, or refused before anything is made", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(damaged(WHOLE.settings, FIELDS), json(FIELDS)), { maxLength: 3 }),
      async (given) => {
        const outcome = await outcomeOf(() => checkSettings(given as never));
        if ('error' in outcome)
          expect([outcome.error.name, outcome.error.message]).toEqual(['SettingsRefused', expect.stringMatching(/./)]);
      },
    ),
    MANY,
  ));

test('an item of any shape in the table is read, or refused by name', () => {
  const ITEMS = [
    { pk: 'SETTINGS', sk: 'digits', config: storedSettings() },
    { endpoint: 'digits', owner: 'arn', rolloutId: 'r', leaseUntil: '2026-11-23T09:00:00.000Z' },
    { answer: 'started', at: '2026-11-23T09:00:00.000Z' },
    {
      endpoint: 'digits',
      bucket: 'b',
      key: 'k',
      versionId: 'v',
      uploadedAt: '2026-11-23T09:00:00.000Z',
      executionName: 'e',
      input: '{}',
    },
    { id: 'r', endpoint: 'digits', status: 'ended', startedAt: 'x', startedBy: 'y', reason: '' },
  ];
  const item = fc.oneof(
    ...ITEMS.map((one) => damaged(one, Object.keys(one))),
    json(['config', 'owner', 'toString', 'state']),
  );
  return fc.assert(
    fc.asyncProperty(item, async (Item) => {
      fc.pre(typeof Item === 'object' && Item !== null && !Array.isArray(Item));
      const { client } = standIn(undefined, ({ command }) => (command === 'Query' ? { Items: [Item] } : { Item }));
      const context = contextWith({ dynamodb: client });
      const reads: readonly (() => Promise<unknown>)[] = [
        () => dynamodbSettings(context).findSettings('digits'),
        () => dynamodbSettings(context).listSettings(),
        () => dynamodbLocks(context).readLock('digits'),
        () => dynamodbUploads(context).readWaitingUpload('digits'),
        () => dynamodbUploads(context).isAnswered('digits', 'e'),
        () => dynamodbRecords(context).readRecord('digits', 'r'),
        () => dynamodbRecords(context).listRecords('digits', 5),
      ];
      for (const read of reads) {
        const outcome = await outcomeOf(read);
        if ('error' in outcome) expectNamed(outcome.error, 'StoredItemInvalid');
      }
    }),
    MANY,
  );
});

test('a request known to be bad may be nested, but not without end', () => {
  const withBody = (levels: number) =>
    JSON.stringify(WHOLE).replace('"body":{"a":[1]}', `"body":${'['.repeat(levels)}${']'.repeat(levels)}`);
  expect(parseEndpointConfig(withBody(50), 'The settings').settings.knownBadRequest?.path).toBe('/');
  expect(() => parseEndpointConfig(withBody(5_000), 'The settings')).toThrow(/knownBadRequest\.body: must be JSON/);
});

test.each<[string, (value: unknown) => unknown]>([
  ['as the settings themselves', (value) => value],
  ['in the name', (name) => ({ name })],
  ['in a list', (value) => ({ name: 'a', classNames: ['b', value] })],
  ['in the gates', (errors) => ({ name: 'a', gates: { errors } })],
  ['in the strategy', (steps) => ({ name: 'a', strategy: { steps } })],
  ['in a request known to be bad', (body) => ({ name: 'a', knownBadRequest: { path: '/', body } })],
])("a value without end in an app's config is refused by field: %s", (_, within) => {
  const itself: Record<string, unknown> = {};
  itself['again'] = itself;
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
  for (const value of [itself, deep])
    expect(() => checkSettings([within(value) as never])).toThrow(/^[12] problems? in the endpoints' settings/);
});
