import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import type { Clients } from './clients';
import type { DeployedStack, StackResource } from './stack';

/**
 * What is left of a stack that was deleted: resources that CloudFormation does not call deleted, and those that the
 * service itself still knows, whatever CloudFormation says. Services that are asked: Lambda, Step Functions, S3,
 * DynamoDB, SNS, CloudWatch alarms.
 */
export async function remainsOf(clients: Clients, before: DeployedStack): Promise<readonly StackResource[]> {
  const after = await statusesAfter(clients, before.id);
  const looked = before.resources.map(async (resource) => {
    const status = after.get(resource.logicalId) ?? 'GONE';
    const deleted = status === 'DELETE_COMPLETE' || status === 'GONE';
    return !deleted || (await isThere(clients, resource)) ? [{ ...resource, status }] : [];
  });
  return (await Promise.all(looked)).flat();
}

/** A deleted stack is described by its id for 90 days. Nothing is said of resources when the endpoint forgets it. */
async function statusesAfter({ cloudformation }: Clients, stackId: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const command = new ListStackResourcesCommand({
      StackName: stackId,
      ...(NextToken !== undefined && { NextToken }),
    });
    const page = await cloudformation.send(command).catch(() => undefined);
    for (const { LogicalResourceId: id = '', ResourceStatus: status = '' } of page?.StackResourceSummaries ?? [])
      found.set(id, status);
    NextToken = page?.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** False for kinds that are not asked for. */
function isThere(clients: Clients, { type, physicalId }: StackResource): Promise<boolean> {
  switch (type) {
    case 'AWS::Lambda::Function':
      return exists(clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: physicalId })));
    case 'AWS::StepFunctions::StateMachine':
      // One that is being deleted lets its executions end first.
      return exists(
        clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: physicalId })),
        ({ status }) => status !== 'DELETING',
      );
    case 'AWS::S3::Bucket':
      return exists(clients.s3.send(new HeadBucketCommand({ Bucket: physicalId })));
    case 'AWS::DynamoDB::Table':
      return exists(clients.dynamodb.send(new DescribeTableCommand({ TableName: physicalId })));
    case 'AWS::SNS::Topic':
      return exists(clients.sns.send(new GetTopicAttributesCommand({ TopicArn: physicalId })));
    case 'AWS::CloudWatch::Alarm':
      return exists(
        clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [physicalId] })),
        ({ MetricAlarms = [] }) => MetricAlarms.length > 0,
      );
    default:
      return Promise.resolve(false);
  }
}

const GONE = /NotFound|DoesNotExist|NoSuch/;

async function exists<T>(call: Promise<T>, counts: (answer: T) => boolean = () => true): Promise<boolean> {
  try {
    return counts(await call);
  } catch (error) {
    if (error instanceof Error && GONE.test(error.name)) return false;
    throw error;
  }
}
