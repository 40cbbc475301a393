import { call, pointAlias, publishAnother } from '../bench/functions';
import { embeddedBy } from '../bench/metrics';
import { measureDelays } from './delays';
import type { Question } from './question';

export const embeddedDelay: Question = {
  id: 'C4-embedded',
  question: 'How long after a call does GetMetricData count what the function wrote in embedded metric format?',
  assumption: 'All of a minute is there two minutes after it ended, of a new series as well',
  buildsOn: ['lambdas/domain/minutes.ts', 'lambdas/adapters/cloudwatch/read-side.ts'],
  minutes: 22,
  how: '60 calls, one each 5 s, and the count at the same pace: at most 250 metrics; one custom metric',
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    return measureDelays(bench, [embeddedBy(bench, version)], () => call(bench, { values: [1] }));
  },
};
