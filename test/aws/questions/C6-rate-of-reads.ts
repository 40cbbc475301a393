import type { Bench } from '../bench/bench';
import { LAMBDA, totals } from '../bench/metrics';
import { NotAskable, answered, type Question } from './question';

const RATES = [5, 10, 20, 40] as const;
const NEEDED = 10;
const SECONDS = 2;

export const rateOfReads: Question = {
  id: 'C6',
  question: 'How many GetMetricData calls a second does CloudWatch answer?',
  assumption: `At least ${NEEDED}: two endpoints that are looked at in the same second; what is throttled is tried again`,
  buildsOn: ['lambdas/adapters/cloudwatch/read-series.ts', 'lambdas/steps/judgement/read-baseline.ts'],
  minutes: 1,
  how: `${RATES.join(', ')} calls a second for ${SECONDS} s each, without retries, until one is throttled: at most 150`,
  ask: async (bench) => {
    if (bench.place !== 'aws') throw new NotAskable('a stand-in throttles no one');
    let answeredRate = 0;
    let refused = 'none';
    for (const rate of RATES) {
      const said = await Promise.all(
        Array.from({ length: rate * SECONDS }, (_, index) => one(bench, (index / rate) * 1000)),
      );
      const errors = said.filter((each) => each !== 'answered');
      if (errors.length > 0) {
        refused = `${errors.length} of ${said.length} at ${rate} a second: ${errors[0]}`;
        break;
      }
      answeredRate = rate;
    }
    return answered(answeredRate >= NEEDED, `all answered at ${answeredRate} a second; refused: ${refused}`, {
      answeredPerSecond: answeredRate,
      refused,
    });
  },
};

async function one(bench: Bench, afterMs: number): Promise<string> {
  await bench.clock.sleep(afterMs);
  const series = {
    namespace: LAMBDA,
    metric: 'Invocations',
    dimensions: { FunctionName: bench.functionName },
  };
  return totals({ ...bench, ...bench.once }, bench.clock.now(), 'Sum', [series]).then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  );
}
