import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Bench } from '../bench/bench';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

export const provisionedOnBothVersions: Question = {
  id: 'L13',
  question: 'May both versions of a weighted alias have provisioned concurrency of their own?',
  assumption: 'Yes, as long as the alias has none itself; READY within five minutes',
  buildsOn: ['lambdas/steps/rollout/model-environment.ts', 'lambdas/adapters/lambda/provisioned-concurrency.ts'],
  minutes: 14,
  how: 'one environment of 128 MB on each of two versions, for some minutes',
  ask: async (bench) => {
    const versions = [await publishAnother(bench), await publishAnother(bench)] as const;
    await pointAlias(bench, versions[0]);
    const target = (Qualifier: string) => ({
      FunctionName: bench.functionName,
      Qualifier,
    });
    try {
      const began = bench.clock.now();
      for (const version of versions) await provision(bench, version);
      const states = await Promise.all(versions.map((version) => stateOf(bench, version)));
      const seconds = (bench.clock.now() - began) / 1000;
      const weighted = await pointAlias(bench, versions[0], {
        [versions[1]]: 0.5,
      }).then(
        () => 'taken',
        (error: unknown) => (error as Error).name,
      );
      const after = await Promise.all(versions.map((version) => stateOf(bench, version)));
      const seen = new Set<string | undefined>();
      for (let calls = 0; calls < 20; calls += 1) seen.add((await call(bench)).version);
      const holds = weighted === 'taken' && [...states, ...after].every((state) => state === 'READY') && seconds <= 300;
      return answered(
        holds,
        `both ${states.join(' and ')} after ${seconds} s; the weights: ${weighted}; then ${after.join(' and ')}; ` +
          `${seen.size} versions answered 20 calls`,
        { seconds, weights: weighted, versionsAnswering: seen.size },
      );
    } finally {
      for (const version of versions)
        await bench.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(target(version))).catch(() => undefined);
    }
  },
};

async function provision(bench: Bench, Qualifier: string): Promise<void> {
  const input = {
    FunctionName: bench.functionName,
    Qualifier,
    ProvisionedConcurrentExecutions: 1,
  };
  try {
    await bench.lambda.send(new PutProvisionedConcurrencyConfigCommand(input));
  } catch (error) {
    const { name, message } = error as Error;
    // A new account has ten concurrent executions and may reserve none of them.
    if (/UnreservedConcurrentExecution/.test(message))
      throw new NotAskable(`the account's concurrency limit leaves nothing to provision (${name}: ${message})`);
    throw error;
  }
}

async function stateOf(bench: Bench, Qualifier: string): Promise<string> {
  const command = new GetProvisionedConcurrencyConfigCommand({
    FunctionName: bench.functionName,
    Qualifier,
  });
  const state = await until(
    bench.clock,
    { withinMs: Math.min(bench.pace.patienceMs, 6 * MINUTE_MS), everyMs: 2_000 },
    async () => {
      const { Status } = await bench.lambda.send(command);
      return Status === 'IN_PROGRESS' ? undefined : Status;
    },
  );
  return state ?? 'IN_PROGRESS';
}
