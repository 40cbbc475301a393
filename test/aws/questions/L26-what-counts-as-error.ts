import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { ofResource, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

const NAME = 'NamedByTheFunction';

export const whatCountsAsError: Question = {
  id: 'L26',
  question: 'What does Lambda count as an error, and under which name does a caller hear of it?',
  assumption:
    "Only what the function throws, under the error's own name; an answer with status 500 is a success to Lambda",
  buildsOn: [
    'lambdas/adapters/cloudwatch/side-queries.ts',
    'lambdas/contract/errors.ts',
    'lambdas/model-server/answer.ts',
  ],
  minutes: 16,
  how: 'three calls: one good, one answering 500, one throwing',
  ask: async (bench) => {
    await pointAlias(bench, await publishAnother(bench));
    const began = bench.clock.now();
    await call(bench);
    const answers500 = await call(bench, { status: 500 });
    const throws = await call(bench, { fail: NAME });
    const heard = (throws.payload as { readonly errorType?: string } | null)?.errorType ?? 'nothing';
    const series = [ofResource(bench, 'live', 'Invocations'), ofResource(bench, 'live', 'Errors')];
    const wait = {
      withinMs: Math.min(bench.pace.patienceMs, 15 * MINUTE_MS),
      everyMs: bench.pace.everyMs,
    };
    const counted = await until(bench.clock, wait, async () => {
      const [invocations, errors] = await totals(bench, began, 'Sum', series);
      return invocations === 3 ? { invocations, errors } : undefined;
    });
    if (counted === undefined && bench.place === 'emulator')
      throw new NotAskable('probe: three calls of an alias do not appear in AWS/Lambda Invocations of the alias');
    return answered(
      heard === NAME && answers500.functionError === undefined && counted?.errors === 1,
      `the thrown error arrives as ${heard}; the 500 ` +
        `${answers500.functionError === undefined ? 'is no' : 'is a'} function error; Lambda counted ` +
        `${counted?.errors ?? 'no'} errors in ${counted?.invocations ?? 'no'} calls`,
      {
        heard,
        errors: counted?.errors ?? 'none',
        invocations: counted?.invocations ?? 'none',
      },
    );
  },
};
