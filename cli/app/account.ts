import {
  CloudFormationClient,
  type CloudFormationClientResolvedConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { snsSubscribers } from '../../lambdas/adapters/notices';
import { isAwsError } from '../../lambdas/adapters/sdk/answers';
import { clientConfig, lambdaContext } from '../../lambdas/adapters/sdk/context';
import { ENV } from '../../lambdas/contract/names';
import { handlerIn, resourcesOf } from './names-in-stack';

/** An AWS account before, and around, the app: what `doctor` asks. */
export interface Account {
  /** Where the SDK would call, with whose key. @throws what the SDK throws */
  signIn(): Promise<{ readonly region: string; readonly accessKeyId: string }>;
  /** Undefined when there is none. */
  describeStack(
    name: string,
  ): Promise<{ readonly status: string; readonly outputs: Readonly<Record<string, string>> } | undefined>;
  /** Executions at once, and bytes of code of all versions and layers; what an emulator does not tell is undefined. */
  lambdaLimits(): Promise<LambdaLimits>;
  /** Who is told of an app that is deployed: by its topic, and by chats and pagers. @throws AppUnknown */
  whoIsTold(stack: string): Promise<WhoIsTold>;
}
export interface LambdaLimits {
  readonly limit: number;
  readonly unreserved: number;
  readonly code: { readonly bytes: number; readonly most: number } | undefined;
}
export interface WhoIsTold {
  readonly topicArn: string;
  readonly confirmed: number;
  readonly pending: number;
  readonly channels: number;
}

interface AccountClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
}

/** With the credentials of the environment; an emulator where AWS_ENDPOINT_URL names one. */
export function awsAccount({ region }: { readonly region: string | undefined }, env: NodeJS.ProcessEnv): Account {
  if (region !== undefined) env['AWS_REGION'] = region;
  return accountOf({
    cloudFormation: new CloudFormationClient(clientConfig),
    lambda: new LambdaClient(clientConfig),
    sns: new SNSClient(clientConfig),
  });
}

export const accountOf = ({ cloudFormation, lambda, sns }: AccountClients): Account => ({
  signIn: async () => {
    const { region, credentials }: CloudFormationClientResolvedConfig = cloudFormation.config;
    const named = await region();
    return { region: named, accessKeyId: (await credentials()).accessKeyId };
  },
  describeStack: async (name) => {
    try {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      const [found] = Stacks ?? [];
      if (found === undefined) return undefined;
      const outputs = (found.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
      return {
        status: found.StackStatus ?? 'unknown',
        outputs: Object.fromEntries(outputs) as Readonly<Record<string, string>>,
      };
    } catch (error) {
      if (isAwsError(error, 'ValidationError') && /does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  },
  lambdaLimits: async () => {
    const { AccountLimit, AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? 0;
    const [bytes, most] = [AccountUsage?.TotalCodeSize, AccountLimit?.TotalCodeSize];
    return {
      ...{ limit, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? limit },
      code: bytes === undefined || most === undefined ? undefined : { bytes, most },
    };
  },
  whoIsTold: async (stack) => {
    const resources = await resourcesOf(stack, cloudFormation);
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: handlerIn(resources, 'announce') }),
    );
    const topicArn = Environment?.Variables?.[ENV.topic] ?? '';
    const counted = await snsSubscribers(lambdaContext({ sns }, { [ENV.topic]: topicArn })).countSubscribers();
    const channels = resources.filter(({ type }) => type === 'AWS::Events::ApiDestination').length;
    return { topicArn, ...counted, channels };
  },
});
