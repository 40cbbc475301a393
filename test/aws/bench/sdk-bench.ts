import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { setTimeout as wait } from 'node:timers/promises';
import { clientConfig } from '../../../lambdas/adapters/sdk/context';
import type { Clients } from '../../../lab/deployed/clients';
import { functionUrl } from '../../../lab/deployed/function-url';
import type { Cdk } from '../../../emulator/cdk';
import type { Question } from '../questions/question';
import { functionNameOf } from '../stack/names';
import type { RolloutFindings } from '../rollouts/findings';
import type { Bench, Pace } from './bench';
import type { StackBench } from './stack-bench';
import { until } from './until';

/** AWS has its time. An emulator has numbers at once or not at all. */
const PACE: Readonly<Record<'aws' | 'emulator', Pace>> = {
  aws: { calls: 60, everyMs: 5_000, patienceMs: 15 * 60_000 },
  emulator: { calls: 8, everyMs: 1_000, patienceMs: 20_000 },
};

const clock = { now: () => Date.now(), sleep: (ms: number) => wait(ms) };

export interface SdkBenchOptions {
  readonly place: 'aws' | 'emulator';
  readonly clients: Clients;
  readonly outputs: Readonly<Record<string, string>>;
  /** For the same stack, changed. */
  readonly changed: Cdk;
  readonly rollouts: RolloutFindings;
}

/** Asks an account, or an emulator, through the SDK. */
export function sdkBench({ id }: Question, { place, clients, outputs, changed, rollouts }: SdkBenchOptions): Bench {
  const { lambda, cloudwatch, sfn, cloudformation } = clients;
  const functionName = functionNameOf(id);
  const FunctionName = functionName;
  const stack: StackBench = {
    ...{
      cloudformation,
      sfn,
      outputs,
      events: new EventBridgeClient(clientConfig),
    },
    deployChanged: () => changed.deploy().then(() => undefined),
  };
  const urls = new Map<string, ReturnType<typeof functionUrl>>();
  const urlOf = async (alias: string) => {
    const input = {
      FunctionName,
      Qualifier: alias,
      AuthType: 'AWS_IAM',
    } as const;
    const { FunctionUrl = '' } = await lambda.send(new CreateFunctionUrlConfigCommand(input));
    urls.set(alias, functionUrl(FunctionUrl, lambda));
    return urls.get(alias)!;
  };
  return {
    place,
    ...{ lambda, cloudwatch, functionName, clock, stack, rollouts },
    pace: PACE[place],
    once: { lambda: new LambdaClient({ maxAttempts: 1 }), cloudwatch: new CloudWatchClient({ maxAttempts: 1 }) },
    callUrl: async (alias) => {
      const call = urls.get(alias) ?? (await urlOf(alias));
      const get = () => call({ method: 'GET', path: '/' });
      // A new URL answers after some seconds.
      const answer = await until(clock, { withinMs: 30_000, everyMs: 1_000 }, async () => {
        const given = await get();
        return given.status === 200 ? given : undefined;
      }).then((given) => given ?? get());
      const headers = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
      const status = answer.status === 'none' ? 0 : answer.status;
      return {
        status,
        headers: Object.fromEntries(headers) as Record<string, string>,
        body: answer.body,
      };
    },
    throttle: async (on) => {
      if (on)
        await lambda.send(
          new PutFunctionConcurrencyCommand({
            FunctionName,
            ReservedConcurrentExecutions: 0,
          }),
        );
      else await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
      // Lambda says that it took the limit before every host knows it.
      await clock.sleep(place === 'aws' ? 5_000 : 0);
    },
  };
}
