import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from '../lambdas/adapters/sdk/context';
import { copyOf } from './copy';
import type { Call, Hooks } from './hooks';
import type { Place } from './iam/action-table';
import { requiredActions } from './iam/required-actions';
import type { ResourcePolicies } from './iam/resource-policies';
import type { Permissions } from './permissions';
import type { Quotas } from './quotas';
import { AwsError, type AwsService, type Caller, type ServiceName } from './service';
import type { VirtualClock } from './virtual-clock';

type SdkCommand = {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
};

/** What every client of a world works with. */
export interface ClientWorld {
  readonly clock: VirtualClock;
  readonly services: Readonly<Record<ServiceName, AwsService>>;
  readonly permissions: Permissions;
  readonly resourcePolicies: ResourcePolicies;
  readonly hooks: Hooks;
  readonly quotas: Quotas;
  readonly place: Place;
  /** Milliseconds of world time that a call of each service takes, settable. */
  callMs: (service: ServiceName) => number;
}

const CLIENTS = {
  lambda: LambdaClient,
  s3: S3Client,
  dynamodb: DynamoDBDocumentClient,
  cloudwatch: CloudWatchClient,
  sfn: SFNClient,
  sns: SNSClient,
  sqs: SQSClient,
  eventbridge: EventBridgeClient,
} as const;

/**
 * SDK clients of one caller. `send` checks the caller's role, passes copies in and out, and asks the hooks. They are
 * instances of the SDK's classes, so that its paginators take them.
 * @param attempts of a call that a quota turns away
 */
export function clientsFor(caller: Caller, world: ClientWorld, attempts?: number): AwsClients {
  const make = (service: ServiceName): unknown =>
    Object.assign(Object.create(CLIENTS[service].prototype as object) as object, {
      config: { region: async () => world.place.region },
      send: (command: SdkCommand) => send(service, command, caller, world, attempts),
      destroy: () => undefined,
    });
  return Object.fromEntries(
    Object.keys(CLIENTS).map((service) => [service, make(service as ServiceName)]),
  ) as unknown as AwsClients;
}

async function send(
  service: ServiceName,
  { constructor, input }: SdkCommand,
  caller: Caller,
  world: ClientWorld,
  attempts?: number,
): Promise<unknown> {
  const command = constructor.name.replace(/Command$/, '');
  // Code whose environment was killed at its timeout waits for ever.
  if (world.clock.scopes.killed()) return new Promise(() => undefined);
  const copied = copyOf(input, service === 'dynamodb' ? 'keep' : 'drop') as SdkCommand['input'];
  return world.clock.scopes.run(`${service} ${command}`, async () => {
    const ms = world.callMs(service);
    await (ms > 0 ? world.clock.sleep(ms) : Promise.resolve());
    await world.quotas.admit(service, command, input, attempts);
    const call = world.hooks.begin({ service, command, input: copied, caller, at: world.clock.now() });
    await world.hooks.before(call);
    const answer = await answerOf(call, world);
    await world.hooks.after(call, answer);
    return answer;
  });
}

async function answerOf({ service, command, input, caller }: Call, world: ClientWorld): Promise<unknown> {
  // A command without a known permission is refused for everybody, so that its mapping cannot be forgotten.
  const required = requiredActions(service, command, input, world.place);
  const { resourcePolicies } = world;
  if (caller.kind === 'function') world.permissions.check(caller.logicalId, service, required);
  const tags = caller.kind === 'function' ? {} : caller.tags;
  const denied = tags && required.find((one) => resourcePolicies.denies(one, tags));
  if (denied)
    throw new AwsError(
      'AccessDenied',
      `not authorized to perform: ${denied.action} on resource: "${denied.resource}" with an explicit deny in a ` +
        'resource-based policy',
      403,
    );
  try {
    const output = copyOf(await world.services[service].call(command, input, caller)) as object;
    return { $metadata: { httpStatusCode: 200, attempts: 1 }, ...output };
  } catch (error) {
    if (service === 's3' && caller.kind === 'function') hideMissing(error, input, caller.logicalId, world);
    throw error;
  }
}

/** To a caller that may not list the bucket S3 does not tell a missing object from a forbidden one. */
function hideMissing(
  error: unknown,
  input: SdkCommand['input'],
  logicalId: string,
  { permissions }: ClientWorld,
): void {
  if (!(error instanceof AwsError) || error.$metadata.httpStatusCode !== 404) return;
  const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${String(input.Bucket)}` };
  if (!permissions.may(logicalId, list)) throw new AwsError('AccessDenied', 'Access Denied', 403);
  permissions.check(logicalId, 's3', [list]);
}
