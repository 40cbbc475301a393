import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import { publishAnother } from '../bench/functions';
import { answered, type Question } from './question';

export const descriptionAlone: Question = {
  id: 'L8',
  question: 'Does publishing make a new version when nothing changed, or only the description given to it?',
  assumption: 'Neither does: both answer with the version that exists',
  buildsOn: ['lambdas/steps/rollout/model-environment.ts', 'simulator/services/lambda/versions.ts'],
  minutes: 1,
  how: 'one version, two more publishes',
  ask: async (bench) => {
    const version = await publishAnother(bench);
    const publish = (Description?: string) =>
      bench.lambda.send(
        new PublishVersionCommand({
          FunctionName: bench.functionName,
          Description,
        }),
      );
    const { Version: unchanged } = await publish();
    const { Version: described } = await publish(`another description than of version ${version}`);
    return answered(
      unchanged === version && described === version,
      `after version ${version}: unchanged gives ${unchanged}, with another description ${described}`,
      {
        unchangedMakesOne: unchanged !== version,
        descriptionMakesOne: described !== unchanged,
      },
    );
  },
};
