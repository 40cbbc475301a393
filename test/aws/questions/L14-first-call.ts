import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { call, publishAnother } from '../bench/functions';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

/** An environment that starts with its first call is milliseconds old then; one that was provisioned, some seconds. */
const LEAST_AGE_MS = 1_000;

export const firstCall: Question = {
  id: 'L14-first',
  question:
    'Does the first request under provisioned concurrency meet an environment whose module was evaluated before?',
  assumption: 'Yes: it is READY only when the module is evaluated, so that a model is loaded by then',
  buildsOn: ['lib/bundle-files.ts', 'lambdas/model-server/handler.ts', 'lambdas/steps/rollout/model-environment.ts'],
  minutes: 12,
  how: 'one provisioned environment for some minutes, given back at once; one call',
  ask: async (bench) => {
    if (bench.place !== 'aws') throw new NotAskable('a stand-in has no environments that start before a call');
    const version = await publishAnother(bench);
    const target = { FunctionName: bench.functionName, Qualifier: version };
    await bench.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...target, ProvisionedConcurrentExecutions: 1 }),
    );
    try {
      const wait = { withinMs: 10 * 60_000, everyMs: bench.pace.everyMs };
      const status = await until(bench.clock, wait, async () => {
        const { Status } = await bench.lambda.send(new GetProvisionedConcurrencyConfigCommand(target));
        return Status === 'IN_PROGRESS' ? undefined : Status;
      });
      if (status !== 'READY')
        throw new NotAskable(`provisioned concurrency is ${status ?? 'IN_PROGRESS'}: the account has too little`);
      await bench.clock.sleep(2 * LEAST_AGE_MS);
      const { payload } = await call(bench, {}, version);
      const { ageMs } = JSON.parse((payload as { body: string }).body) as { ageMs: number };
      return answered(ageMs >= LEAST_AGE_MS, `the environment was ${ageMs} ms old at its first call`, { ageMs });
    } finally {
      await bench.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(target));
    }
  },
};
