import { type Runtime, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { latestSettled } from '../bench/functions';
import { NotAskable, answered, type Question } from './question';

const ASKED = ['nodejs24.x', 'nodejs26.x'] as const;
/** There never was one. */
const NONSENSE = 'nodejs1.x';

export const runtimes: Question = {
  id: 'L23',
  question: 'Which Node.js runtimes does Lambda take?',
  assumption: 'nodejs24.x, on which everything runs; nodejs26.x is for information',
  buildsOn: ['lib/model-server-function.ts', 'lib/handler-function.ts'],
  minutes: 1,
  how: 'three updates of one function',
  ask: async (bench) => {
    const said: Record<string, string> = {};
    for (const Runtime of [NONSENSE, ...ASKED]) {
      await latestSettled(bench);
      const input = {
        FunctionName: bench.functionName,
        Runtime: Runtime as Runtime,
      };
      said[Runtime] = await bench.lambda.send(new UpdateFunctionConfigurationCommand(input)).then(
        () => 'taken',
        (error: unknown) => (error as Error).name,
      );
    }
    if (said[NONSENSE] === 'taken') throw new NotAskable(`probe: ${NONSENSE} is taken, too`);
    return answered(said['nodejs24.x'] === 'taken', ASKED.map((one) => `${one}: ${said[one]}`).join('; '), said);
  },
};
