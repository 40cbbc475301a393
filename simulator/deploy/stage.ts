import type { AlarmEvaluator } from '../alarms';
import type { FunctionRuntime } from '../runtime/function-runtime';
import type { EngineEventBus } from '../events';
import type { EventSources } from '../event-sources';
import type { Invocations } from '../invocations';
import type { Schedules } from '../schedules';
import type { CloudWatchService } from '../services/cloudwatch-service';
import type { DynamoDbService } from '../services/dynamodb-service';
import type { LambdaService } from '../services/lambda-service';
import type { S3Service } from '../services/s3-service';
import type { SnsService } from '../services/sns-service';
import type { SqsService } from '../services/sqs-service';
import type { StateMachineService } from '../state-machines';
import type { VirtualClock } from '../virtual-clock';
import type { CustomResources } from './custom-resource';
import type { Deployed, TemplateResource } from '../template';

/** Everything that resources are deployed into. */
export interface Stage {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Before logical ids, so that the world tells the resources of all stacks apart; the first stack has none. */
  readonly idPrefix: string;
  /** Parameter Store: values by name, and the stack that wrote each. */
  readonly parameterStore: Map<string, { readonly value: string; readonly stackName: string }>;
  readonly clock: VirtualClock;
  readonly lambda: LambdaService;
  readonly s3: S3Service;
  readonly dynamodb: DynamoDbService;
  readonly cloudwatch: CloudWatchService;
  readonly alarms: AlarmEvaluator;
  readonly sns: SnsService;
  readonly sqs: SqsService;
  readonly stateMachines: StateMachineService;
  readonly events: EngineEventBus;
  readonly eventSources: EventSources;
  readonly schedules: Schedules;
  readonly invocations: Invocations;
  readonly customResources: CustomResources;
  /** What runs a function's code, chosen by its template resource. */
  readonly runtimeFor: (resource: TemplateResource) => FunctionRuntime;
}

/** One resource to deploy, with everything resolved. */
export interface Piece {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly resource: TemplateResource;
  /** What was deployed under this id before, when this is an update. */
  readonly before?: { readonly properties: Readonly<Record<string, unknown>>; readonly deployed: Deployed };
}

/** How one type of resource is created, updated and deleted. */
export interface ResourceType {
  put(piece: Piece, stage: Stage): Deployed | Promise<Deployed>;
  remove?(
    piece: Required<Pick<Piece, 'id' | 'type' | 'properties'>> & { readonly deployed: Deployed },
    stage: Stage,
  ): void | Promise<void>;
}

/** The name a property gives, or one made of the stack's and the resource's, as CloudFormation does. */
export function physicalName(piece: Piece, property: string, stage: Stage): string {
  const given = piece.properties[property];
  return typeof given === 'string' ? given : `${stage.stackName}-${piece.id}`;
}
