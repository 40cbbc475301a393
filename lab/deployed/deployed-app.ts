import type { HandlerName } from '../../lib/handlers';
import { readFileSync } from 'node:fs';
import { GetFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isAwsError } from '../../lambdas/adapters/sdk/answers';
import { type AdapterContext, lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import type { EndpointConfig, EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { ENV, LIVE_ALIAS } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { type Clients, clientsFromEnvironment } from './clients';
import { DeployedEndpoint } from './endpoint';
import { AppNotFound } from './errors';
import { DeployedExecution } from './execution';
import { onlyOf, readStack, type DeployedStack } from './stack';

/**
 * A deployed Greenlight and what a person does with it, through AWS's API alone: in AWS, or against an emulator where
 * AWS_ENDPOINT_URL is set. Nothing here knows how it was deployed.
 *
 * ```ts
 * const app = await DeployedApp.find('Greenlight');
 * const digits = await app.endpoint('digits');
 * const execution = await digits.rollout('examples/digits/v2-better.onnx', { metadata: { strategy: 'AllAtOnce' } });
 * await execution.reaches('PromoteGreen', { withinMs: 60_000 });
 * await execution.stop();
 * await digits.atRest({ withinMs: 60_000 });
 * console.log(await explain(app, digits));
 * ```
 */
export class DeployedApp {
  readonly bucket: string;
  readonly stateMachineArn: string;
  readonly table: string;
  /** For the adapters, which read the table and the alias as the app's own steps do. */
  readonly context: AdapterContext;

  private constructor(
    /** As it was when the app was found. */
    readonly stack: DeployedStack,
    readonly clients: Clients,
  ) {
    this.bucket = onlyOf(stack, 'AWS::S3::Bucket');
    this.table = onlyOf(stack, 'AWS::DynamoDB::Table');
    this.stateMachineArn = onlyOf(stack, 'AWS::StepFunctions::StateMachine');
    this.context = lambdaContext(clients, { [ENV.table]: this.table });
  }

  /** Finds the app by its stack. @throws {AppNotFound} */
  static async find(stackName: string, clients: Clients = clientsFromEnvironment()): Promise<DeployedApp> {
    return new DeployedApp(await readStack(clients, stackName), clients);
  }

  /** @throws {AppNotFound} when the app has no such endpoint. */
  async endpoint(name: string): Promise<DeployedEndpoint> {
    const config = await this.config(name);
    return new DeployedEndpoint(this, config, await this.addressOf(config, LIVE_ALIAS));
  }

  /**
   * Where an alias of an endpoint answers: of an endpoint in another stack no output of this one tells it. @throws
   * {AppNotFound}
   */
  async urlOf(endpoint: string, alias: string): Promise<string> {
    return this.addressOf(await this.config(endpoint), alias);
  }

  private async addressOf({ functionName: FunctionName }: EndpointConfig, Qualifier: string): Promise<string> {
    const asked = new GetFunctionUrlConfigCommand({ FunctionName, Qualifier });
    const { FunctionUrl: url } = await this.clients.lambda.send(asked);
    if (url === undefined) throw new AppNotFound(`the alias ${Qualifier} of ${FunctionName} has no URL`);
    return url;
  }

  private async config(endpoint: string): Promise<EndpointConfig> {
    const config = await dynamodbSettings(this.context).findSettings(endpoint);
    if (config === undefined) throw new AppNotFound(`no endpoint ${endpoint} is registered with ${this.table}`);
    return config;
  }

  /** The settings that are in force, as the last deploy stored them. */
  async settings(endpoint: string): Promise<EndpointSettings | undefined> {
    return (await dynamodbSettings(this.context).findSettings(endpoint))?.settings;
  }

  /** Records, newest first. Uploads and executions that belong to no endpoint have theirs under `none`. */
  records(endpoint: string, limit = 20): Promise<readonly RolloutRecord[]> {
    return dynamodbRecords(this.context).listRecords(endpoint, limit);
  }

  /** Name of a handler's function. @throws {AppNotFound} */
  handler(name: HandlerName): string {
    const part = `Models${name.replaceAll('-', '')}Function`;
    const found = this.stack.resources.find(({ type, logicalId }) => type === FUNCTION && logicalId.startsWith(part));
    if (found === undefined) throw new AppNotFound(`stack ${this.stack.id} has no function ${part}…`);
    return found.physicalId;
  }

  /** Stores an object (a file's path, or bytes). Answers its version id. */
  async put(
    key: string,
    content: string | Uint8Array,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const Body = typeof content === 'string' ? readFileSync(content) : content;
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body,
      Metadata: { ...metadata },
    });
    return (await this.clients.s3.send(command)).VersionId ?? '';
  }

  /** Starts an execution as the console does; text is sent as it is, anything else as JSON. */
  async start(input: unknown, name?: string): Promise<DeployedExecution> {
    const { stateMachineArn } = this;
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const command = new StartExecutionCommand({
      stateMachineArn,
      input: text,
      ...(name !== undefined && { name }),
    });
    const { executionArn = '' } = await this.clients.sfn.send(command);
    return this.execution(executionArn.split(':').at(-1) ?? '');
  }

  /** The newest executions, newest first. */
  async executions(limit = 50): Promise<readonly DeployedExecution[]> {
    const command = new ListExecutionsCommand({
      stateMachineArn: this.stateMachineArn,
      maxResults: limit,
    });
    const { executions = [] } = await this.clients.sfn.send(command);
    return executions.map(({ name = '' }) => this.execution(name));
  }

  /** The execution of that name, whether there is one or not. */
  execution(name: string): DeployedExecution {
    const arn = `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    return new DeployedExecution(this.clients.sfn, arn, name);
  }

  /** The execution of that name; undefined when there is none. */
  async findExecution(name: string): Promise<DeployedExecution | undefined> {
    const execution = this.execution(name);
    try {
      await this.clients.sfn.send(new DescribeExecutionCommand({ executionArn: execution.arn }));
      return execution;
    } catch (error) {
      if (isAwsError(error, 'ExecutionDoesNotExist')) return undefined;
      throw error;
    }
  }
}

const FUNCTION = 'AWS::Lambda::Function';
