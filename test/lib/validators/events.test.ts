import * as fc from 'fast-check';
import type * as z from 'zod';
import { EventBridgeSchema } from '@aws-lambda-powertools/parser/schemas/eventbridge';
import { S3EventNotificationEventBridgeSchema } from '@aws-lambda-powertools/parser/schemas/s3';
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { executionEventSchema } from '../../../lambdas/contract/execution-input';
import { uploadEventSchema } from '../../../lambdas/contract/upload-options';
import type { BusEvent } from '../../../simulator/events';
import { MINUTE, Scene } from '../../scenarios/harness';
import { Template } from '../stack/template';
import { type Fields, detailsOf, registeredDetail, schemaOf } from './event-registry';

const UPLOAD = registeredDetail('aws.s3', 'Object Created');
const STATUS = registeredDetail('aws.states', 'Step Functions Execution Status Change');

/**
 * The registry's sample of a status change is of 2019. Step Functions' guide says that the detail has
 * DescribeExecution's fields; these are the ones added since, and they exist there, or this does not compile.
 */
const LATER = [
  'inputDetails',
  'outputDetails',
  'stateMachineVersionArn',
  'stateMachineAliasArn',
  'redriveCount',
  'redriveDate',
  'redriveStatus',
  'redriveStatusReason',
  'error',
  'cause',
] as const satisfies readonly (keyof DescribeExecutionCommandOutput)[];
/** Required by the registry; null in the guide's own examples: a running or failed execution has no output. */
const MAY_BE_NULL = ['stopDate', 'output'];

/** What the simulated AWS puts on its bus: uploads, rollouts that start, end well, are refused and are stopped. */
async function eventsOfTheEngine(): Promise<readonly BusEvent[]> {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  await scene.upload({ name: 'v2' });
  const stopped = await scene.started(({ status }) => status === 'RUNNING');
  await scene.reaches(stopped, 'VerifyGreen');
  await scene.stop(stopped, 'the wrong model');
  await scene.world.runFor(5 * MINUTE);
  await scene.end(await scene.start({ endpoint: 'nobody' }));
  // When it was published is the history's own note beside the event.
  return scene.world.events.history.map((kept) => {
    const { publishedAt, ...event } = kept;
    expect(publishedAt).toBeGreaterThan(0);
    return event;
  });
}
const history = eventsOfTheEngine();
const eventsOf = async (source: string) => (await history).filter((event) => event.source === source);
const withoutLater = (detail: unknown) => {
  const entries = Object.entries(detail as Readonly<Record<string, unknown>>);
  const nulls = entries.filter(([key, value]) => value === null && MAY_BE_NULL.includes(key)).map(([key]) => key);
  const early = entries.filter(([key]) => !(LATER as readonly string[]).includes(key));
  return Object.fromEntries(
    early.map(([key, value]) => [key, nulls.includes(key) ? (key === 'output' ? '' : 0) : value]),
  );
};

describe('the events of the simulated AWS', () => {
  it('are in envelopes as Powertools knows them', async () => {
    expect((await history).length).toBeGreaterThan(6);
    for (const event of await history) expect(EventBridgeSchema.strict().parse(event)).toEqual(event);
  });

  it("tell of an upload what AWS's schema registry and Powertools have, and nothing else", async () => {
    const uploads = await eventsOf('aws.s3');
    expect(uploads.length).toBeGreaterThanOrEqual(2);
    for (const event of uploads) {
      expect(event['detail-type']).toBe('Object Created');
      expect(schemaOf(UPLOAD).parse(event.detail)).toEqual(event.detail);
      expect(S3EventNotificationEventBridgeSchema.parse(event)).toEqual(event);
    }
  });

  it("tell of an execution what AWS's schema registry has, and else what DescribeExecution tells", async () => {
    const changes = await eventsOf('aws.states');
    const statuses = changes.map(({ detail }) => (detail as { status: string }).status);
    expect(new Set(statuses)).toEqual(new Set(['RUNNING', 'SUCCEEDED', 'ABORTED', 'FAILED']));
    for (const { detail } of changes) expect(() => schemaOf(STATUS).parse(withoutLater(detail))).not.toThrow();
  });
});

describe('our parsers', () => {
  const parsers = [
    ['an upload', UPLOAD, uploadEventSchema],
    ['an execution that ended', STATUS, executionEventSchema],
  ] as const satisfies readonly (readonly [string, Fields, z.ZodType])[];

  it.each(parsers)("take every event of %s that AWS's schema registry allows", (_, fields, parser) => {
    fc.assert(fc.property(detailsOf(fields), (detail) => void parser.parse({ detail })));
  });

  it.each(parsers)('read of %s only what is there', (_, fields, parser) => {
    const known = new Set([...namesIn(fields), ...(fields === STATUS ? LATER : [])]);
    expect(keysOf(parser.shape.detail).filter((name) => !known.has(name))).toEqual([]);
  });
});

it('our rules match on sources, types and keys that exist', () => {
  const rules = new Template([{ name: 'digits' }]).all('AWS::Events::Rule');
  expect(rules).toHaveLength(3);
  for (const { Properties } of rules) {
    const { source, detail, ...others } = Properties.EventPattern as Record<string, unknown> & { source: [string] };
    const [detailType] = others['detail-type'] as [string];
    const known = namesIn(registeredDetail(source[0], detailType));
    expect(pathsOf(detail).filter((path) => !known.includes(path))).toEqual([]);
    expect(pathsOf(detail).length).toBeGreaterThan(1);
  }
});

/** `object.key` and every other path to a value. */
const namesIn = (fields: Fields): readonly string[] =>
  Object.entries(fields).flatMap(([key, field]) =>
    field.kind === 'object' ? namesIn(field.fields).map((inner) => `${key}.${inner}`) : [key],
  );

const keysOf = (schema: z.ZodObject): readonly string[] =>
  Object.entries(schema.shape).flatMap(([key, inner]) =>
    'shape' in inner ? keysOf(inner as z.ZodObject).map((name) => `${key}.${name}`) : [key],
  );

/** A pattern's lists are alternatives; what is above them is the path. */
const pathsOf = (pattern: unknown): readonly string[] =>
  Object.entries(pattern as Record<string, unknown>).flatMap(([key, inner]) =>
    Array.isArray(inner) ? [key] : pathsOf(inner).map((name) => `${key}.${name}`),
  );
