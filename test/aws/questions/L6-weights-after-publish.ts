import { httpStatusOf } from '../../../lambdas/adapters/sdk/answers';
import { pointAlias, publishAnother } from '../bench/functions';
import { answered, type Question } from './question';

const ROUNDS = 5;

export const weightsAfterPublish: Question = {
  id: 'L6',
  question: 'Does an alias take a weight on a version that was published a moment ago?',
  assumption:
    'Yes, once the version is Active; an internal error there is rare and cured by the SDK and the workflow retrying',
  buildsOn: ['lambdas/steps/deploy-green.ts', 'lib/workflow/task.ts'],
  minutes: 3,
  how: `${ROUNDS} versions, each given a weight as soon as it is Active`,
  ask: async (bench) => {
    const blue = await publishAnother(bench);
    await pointAlias(bench, blue);
    const errors: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const green = await publishAnother(bench);
      await pointAlias(bench, blue, { [green]: 0.1 }).catch((error: unknown) =>
        errors.push(`${(error as Error).name} (${httpStatusOf(error) ?? 'no status'})`),
      );
    }
    return answered(
      errors.length === 0,
      errors.length === 0
        ? `${ROUNDS} of ${ROUNDS} were taken`
        : `${errors.length} of ${ROUNDS} failed: ${errors.join(', ')}`,
      { rounds: ROUNDS, failed: errors.length },
    );
  },
};
