import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import { changeLatest, latestSettled, publishAnother } from '../bench/functions';
import { answered, type Question } from './question';

export const revisionAfterUpdate: Question = {
  id: 'L9',
  question: 'Does RevisionId of $LATEST move once more when an update is over?',
  assumption: 'It may; the one read after LastUpdateStatus says Successful stays, and a publish takes it',
  buildsOn: ['lambdas/steps/rollout/model-environment.ts', 'simulator/services/lambda/configuration.ts'],
  minutes: 1,
  how: 'one update, one publish with the revision read after it',
  ask: async (bench) => {
    await publishAnother(bench);
    const began = bench.clock.now();
    const at = await changeLatest(bench);
    const settled = await latestSettled(bench);
    const seconds = (bench.clock.now() - began) / 1000;
    const again = await latestSettled(bench);
    const taken = await bench.lambda
      .send(
        new PublishVersionCommand({
          FunctionName: bench.functionName,
          RevisionId: settled.RevisionId,
        }),
      )
      .then(
        () => 'taken',
        (error: unknown) => (error as Error).name,
      );
    const moved = at.RevisionId !== settled.RevisionId;
    return answered(
      taken === 'taken' && again.RevisionId === settled.RevisionId,
      `the update was ${at.LastUpdateStatus} at first and over within ${seconds} s; its revision ` +
        `${moved ? 'moved' : 'stayed'} meanwhile; the publish with the later one: ${taken}`,
      { moved, seconds, publish: taken },
    );
  },
};
