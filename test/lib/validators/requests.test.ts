import {
  CloudFormationCustomResourceCreateSchema,
  CloudFormationCustomResourceDeleteSchema,
  CloudFormationCustomResourceUpdateSchema,
} from '@aws-lambda-powertools/parser/schemas/cloudformation-custom-resource';
import { LambdaFunctionUrlSchema } from '@aws-lambda-powertools/parser/schemas/lambda';
import type * as z from 'zod';
import { EmbeddedApp } from '../../../simulator/app/embedded-app';
import { appHandlers } from '../../../simulator/app/handlers';
import { urlEventBuilder } from '../../../simulator/services/lambda/function-url';
import { fakeServer } from '../../../simulator/fake-server';
import { templateOf } from '../../scenarios/harness';

const REQUESTS: Readonly<Record<string, z.ZodType>> = {
  Create: CloudFormationCustomResourceCreateSchema,
  Update: CloudFormationCustomResourceUpdateSchema,
  Delete: CloudFormationCustomResourceDeleteSchema,
};

/** What CloudFormation's stand-in asks the live alias' handler when the app is deployed, changed and deleted. */
async function askedOfTheLiveAlias(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const app = new EmbeddedApp({
    endpoints: [],
    template: templateOf({ name: 'digits' }),
    runtime: fakeServer(() => undefined),
    handlers: {
      'live-alias': (...context) => {
        const handle = appHandlers['live-alias'](...context);
        return (event) => {
          asked.push(event as Readonly<Record<string, unknown>>);
          return handle(event);
        };
      },
    },
  });
  await app.deploy();
  await app.world.deploy(templateOf({ name: 'digits', memoryMB: 2048 }));
  await app.world.deploy(templateOf({ name: 'other' }));
  return asked;
}

it("asks for custom resources in Powertools' words for CloudFormation's requests", async () => {
  const asked = await askedOfTheLiveAlias();
  expect(asked.map(({ RequestType, ResourceType }) => `${String(RequestType)} ${String(ResourceType)}`)).toEqual([
    ...['Create Custom::GreenlightEndpointsInUse', 'Create Custom::GreenlightLiveAlias'],
    ...['Update Custom::GreenlightLiveAlias'],
    ...['Update Custom::GreenlightEndpointsInUse', 'Create Custom::GreenlightLiveAlias'],
    'Delete Custom::GreenlightLiveAlias',
  ]);
  for (const { PhysicalResourceId, ...request } of asked) {
    expect(REQUESTS[String(request.RequestType)]!.parse(request)).toEqual(request);
    // The library leaves it out; CloudFormation's guide has it in every request but the first.
    expect(typeof PhysicalResourceId).toBe(request.RequestType === 'Create' ? 'undefined' : 'string');
  }
});

it("sends requests to a URL in Powertools' words for a function URL's events", () => {
  const clock = { now: () => Date.parse('2026-11-23T09:00:00Z') };
  const build = urlEventBuilder({ clock, region: 'eu-west-1' } as Parameters<typeof urlEventBuilder>[0], 'abc');
  const requests = [
    { method: 'GET', path: '/v2/health/ready' },
    { method: 'POST', path: '/v2/models/digits/infer', query: 'a=1&b=2', headers: { 'Content-Type': 'x' }, body: '{}' },
    { method: 'POST', path: '/v2/models/digits/infer', body: new Uint8Array([1, 2]) },
  ];
  for (const [index, request] of requests.entries()) {
    const event = build(request, index);
    expect(LambdaFunctionUrlSchema.parse(event)).toEqual(event);
  }
});
