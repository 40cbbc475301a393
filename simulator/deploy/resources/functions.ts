import type { UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import type { FunctionSpec } from '../../services/lambda-service';
import { DeploymentFailed, referencesIn } from '../../template';
import { physicalName, type Piece, type ResourceType, type Stage } from '../stage';

interface FunctionProperties {
  readonly Code?: unknown;
  readonly Role: string;
  readonly Description?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  readonly Timeout?: unknown;
  readonly MemorySize?: unknown;
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly Handler?: string;
  readonly ReservedConcurrentExecutions?: unknown;
}

const USER = { kind: 'user' } as const;

const lambdaFunction: ResourceType = {
  async put(piece, stage) {
    const name = physicalName(piece, 'FunctionName', stage);
    const arn = `arn:aws:lambda:${stage.region}:${stage.account}:function:${name}`;
    if (piece.before) await update(name, piece, stage);
    else create(name, piece, stage);
    const reserved = properties(piece).ReservedConcurrentExecutions;
    stage.lambda.reserve(name, reserved === undefined ? undefined : Number(reserved));
    const target = properties(piece).DeadLetterConfig?.TargetArn;
    if (target) stage.invocations.policies.set(name, { ...stage.invocations.policies.get(name), onFailure: target });
    return { ref: name, attributes: { Arn: arn } };
  },
  async remove({ deployed }, stage) {
    await stage.lambda.call('DeleteFunction', { FunctionName: deployed.ref }, USER);
  },
};

function create(name: string, piece: Piece, stage: Stage): void {
  const { DeadLetterConfig, Handler, Description, Role, Timeout, MemorySize } = properties(piece);
  const spec: FunctionSpec = {
    functionName: name,
    logicalId: stage.idPrefix + piece.id,
    runtime: stage.runtimeFor(piece.resource),
    role: Role,
    environment: environment(piece),
    codeSha256: codeHash(piece.properties.Code),
    ...(Description !== undefined && { description: Description }),
    ...(Timeout !== undefined && { timeoutSeconds: Number(Timeout) }),
    ...(MemorySize !== undefined && { memoryMB: Number(MemorySize) }),
    ...(Handler !== undefined && { handler: Handler }),
    ...(DeadLetterConfig?.TargetArn !== undefined && { deadLetterTargetArn: DeadLetterConfig.TargetArn }),
  };
  stage.lambda.createFunction(spec);
}

/** CloudFormation sends the whole Environment of the template: what else was written there is lost. */
async function update(name: string, piece: Piece, stage: Stage): Promise<void> {
  if (name !== piece.before?.deployed.ref)
    throw new DeploymentFailed(`${piece.id}: renaming a function is not supported`);
  const { Code: oldCode, ...oldSettings } = piece.before.properties;
  const { Code: newCode, ...newSettings } = piece.properties;
  if (JSON.stringify(oldCode) !== JSON.stringify(newCode)) {
    await settled(name, stage);
    stage.lambda.setCode(name, codeHash(newCode));
  }
  if (JSON.stringify(oldSettings) !== JSON.stringify(newSettings)) {
    await settled(name, stage);
    const { Role, Description, Timeout, MemorySize, DeadLetterConfig, Handler } = properties(piece);
    const input: UpdateFunctionConfigurationRequest = {
      FunctionName: name,
      Role,
      Description: Description ?? '',
      Timeout: Number(Timeout ?? 3),
      MemorySize: Number(MemorySize ?? 128),
      Environment: { Variables: environment(piece) },
      DeadLetterConfig: { TargetArn: DeadLetterConfig?.TargetArn ?? '' },
      ...(Handler !== undefined && { Handler }),
    };
    await stage.lambda.call('UpdateFunctionConfiguration', { ...input }, USER);
  }
  await settled(name, stage);
}

/** Waits until the function's last update is done, as CloudFormation does between its calls. */
async function settled(name: string, stage: Stage): Promise<void> {
  for (;;) {
    const answer = (await stage.lambda.call('GetFunctionConfiguration', { FunctionName: name }, USER)) as {
      readonly LastUpdateStatus?: string;
    };
    if (answer.LastUpdateStatus === 'Failed') throw new DeploymentFailed(`the update of the function ${name} failed`);
    if (answer.LastUpdateStatus !== 'InProgress') return;
    await stage.clock.sleep(1000);
  }
}

const url: ResourceType = {
  put({ id, properties: { TargetFunctionArn, Qualifier }, before }, stage) {
    const name = String(TargetFunctionArn).replace(/^.*:function:/, '');
    const [bare, own] = name.split(':');
    const qualifier = typeof Qualifier === 'string' ? Qualifier : own;
    // Another function is another URL: CloudFormation replaces it.
    if (before?.properties['TargetFunctionArn'] === TargetFunctionArn)
      throw new DeploymentFailed(`${id}: a change of a function URL is not supported`);
    const address = stage.lambda.createUrl(bare!, qualifier);
    const arn = `arn:aws:lambda:${stage.region}:${stage.account}:function:${bare}`;
    const functionArn = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    return { ref: functionArn, attributes: { FunctionUrl: address, FunctionArn: functionArn } };
  },
};

const eventInvokeConfig: ResourceType = {
  put({ id, properties: { FunctionName, MaximumRetryAttempts, DestinationConfig } }, stage) {
    const name = String(FunctionName).replace(/^.*:function:/, '');
    const { OnFailure } = (DestinationConfig ?? {}) as { readonly OnFailure?: { readonly Destination: string } };
    stage.invocations.policies.set(name, {
      ...stage.invocations.policies.get(name),
      ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: Number(MaximumRetryAttempts) }),
      ...(OnFailure && { onFailure: OnFailure.Destination }),
    });
    return { ref: id, attributes: {} };
  },
};

interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: unknown;
  readonly MaximumRetryAttempts?: unknown;
  readonly BisectBatchOnFunctionError?: unknown;
  readonly FunctionResponseTypes?: readonly string[];
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly ScalingConfig?: { readonly MaximumConcurrency?: unknown };
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern: string }[] };
}

/** Only queues, and streams of tables; what was in a stream before the mapping is not read. */
const eventSourceMapping: ResourceType = {
  put({ id, properties: given, resource }, stage) {
    const mapping = given as unknown as MappingProperties;
    const [own = ''] = referencesIn(resource.Properties?.['FunctionName']);
    const source = {
      ...{ id: stage.idPrefix + id, logicalId: stage.idPrefix + own },
      functionName: mapping.FunctionName.replace(/^.*:function:/, ''),
    };
    const reportsFailures = mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true;
    if (/^arn:[^:]*:sqs:/.test(mapping.EventSourceArn)) {
      if (reportsFailures) throw new DeploymentFailed(`${id}: a queue's batch is done or fails as a whole here`);
      stage.sqs.read({
        ...{ ...source, queueArn: mapping.EventSourceArn },
        batchSize: Number(mapping.BatchSize ?? 10),
        atOnce: Number(mapping.ScalingConfig?.MaximumConcurrency ?? 1_000),
      });
      return { ref: id, attributes: { Id: id } };
    }
    if (!/^arn:[^:]*:dynamodb:.*\/stream\//.test(mapping.EventSourceArn))
      throw new DeploymentFailed(
        `${id}: the event source ${mapping.EventSourceArn} is not supported; queues and streams of tables are`,
      );
    const destination = mapping.DestinationConfig?.OnFailure?.Destination;
    stage.eventSources.put({
      ...{ ...source, reportsFailures, streamArn: mapping.EventSourceArn },
      filters: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as unknown),
      batchSize: Number(mapping.BatchSize ?? 100),
      // Lambda's own default, -1, goes on until the records are a day old.
      retries: Number(mapping.MaximumRetryAttempts ?? -1) < 0 ? Infinity : Number(mapping.MaximumRetryAttempts),
      bisects: String(mapping.BisectBatchOnFunctionError) === 'true',
      ...(destination !== undefined && { onFailure: destination }),
    });
    return { ref: id, attributes: { Id: id } };
  },
  remove: ({ id }, stage) => {
    stage.eventSources.remove(stage.idPrefix + id);
    stage.sqs.stopReading(stage.idPrefix + id);
  },
};

function properties(piece: Piece): FunctionProperties {
  return piece.properties as unknown as FunctionProperties;
}

function environment(piece: Piece): Record<string, string> {
  const variables = Object.entries(properties(piece).Environment?.Variables ?? {});
  return Object.fromEntries(variables.map(([name, value]) => [name, String(value)]));
}

/** Code is known by what the template says of it: a bucket and the asset's hash. */
export function codeHash(code: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(code ?? null))
    .digest('base64');
}

export const FUNCTIONS: Readonly<Record<string, ResourceType>> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Url': url,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
};
