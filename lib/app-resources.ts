import type { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Job } from '../lambdas/contract/work';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';

/** What every handler of one control plane shares. */
export interface AppResources {
  readonly stack: Stack;
  /** The control plane's name, and the value of the tag of its endpoints' functions. */
  readonly plane: string;
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly topic: ITopic;
  /** One message for each endpoint. */
  readonly work: Readonly<Record<Job, IQueue>>;
  readonly atOnce: number;
  readonly waves: readonly number[];
  /** The key of a topic that Greenlight made; the owner of a topic that is given grants its key. */
  readonly topicKey?: IKey;
  /** Known by name before it exists, because the machine's own handlers ask about it. */
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  /** Where notices send people to look; empty where there is no dashboard. */
  readonly dashboardName: string;
}

/** One endpoint as its alarms and graphs see it. */
export interface EndpointResources {
  readonly settings: EndpointSettings;
  readonly function: IFunction;
  /** Whether it counts its answers as the built-in model server does. */
  readonly builtIn: boolean;
}
