import { call, halfAndHalf, requireWeights } from '../bench/functions';
import { behindAlias } from '../bench/metrics';
import { measureDelays } from './delays';
import type { Question } from './question';

export const lambdaDelay: Question = {
  id: 'C4',
  question: 'How long after a call does GetMetricData count it under its version behind the alias?',
  assumption: 'All of a minute is there two minutes after it ended',
  buildsOn: [
    'lambdas/domain/minutes.ts',
    'lambdas/steps/judgement/ask-both.ts',
    'simulator/services/cloudwatch-service.ts',
  ],
  minutes: 22,
  how: '60 calls, one each 5 s, and the counts of two series at the same pace: at most 500 metrics',
  ask: async (bench) => {
    const versions = await halfAndHalf(bench);
    if (bench.place === 'emulator') await requireWeights(bench);
    // Errors, because it has a value for every call: the judge counts requests by its samples.
    return measureDelays(
      bench,
      versions.map((version) => behindAlias(bench, version, 'Errors')),
      () => call(bench),
    );
  },
};
