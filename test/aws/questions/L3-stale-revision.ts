import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { httpStatusOf } from '../../../lambdas/adapters/sdk/answers';
import { ALIAS, pointAlias, publishAnother, readAlias } from '../bench/functions';
import { answered, type Question } from './question';

export const staleRevision: Question = {
  id: 'L3',
  question: 'Is an alias update with an old RevisionId refused, and does each update move the revision?',
  assumption:
    'PreconditionFailedException (412); every update gives a new RevisionId; what was refused changes nothing',
  buildsOn: ['lambdas/adapters/lambda/aliases.ts', 'lambdas/steps/rollout/write-alias.ts'],
  minutes: 2,
  how: 'two versions, three alias updates',
  ask: async (bench) => {
    const [first, second] = [await publishAnother(bench), await publishAnother(bench)];
    const old = await pointAlias(bench, first);
    const next = await pointAlias(bench, second);
    const input = {
      FunctionName: bench.functionName,
      Name: ALIAS,
      FunctionVersion: first,
      RevisionId: old,
    };
    const refusal = await bench.lambda.send(new UpdateAliasCommand(input)).then(
      () => ({ name: 'accepted', status: 200 }),
      (error: unknown) => ({
        name: (error as Error).name,
        status: httpStatusOf(error) ?? 0,
      }),
    );
    const { FunctionVersion: now } = await readAlias(bench);
    return answered(
      refusal.name === 'PreconditionFailedException' && refusal.status === 412 && old !== next && now === second,
      `an update with the revision before the last one: ${refusal.name} (${refusal.status}); the alias then ` +
        `names ${now === second ? 'what it named before' : 'the other version'}`,
      {
        error: refusal.name,
        status: refusal.status,
        revisionMoved: old !== next,
      },
    );
  },
};
