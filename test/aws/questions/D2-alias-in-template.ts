import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { latestSettled, publishAnother } from '../bench/functions';
import { DECLARED_ALIAS, STATIC_VARIABLE } from '../stack/names';
import { NotAskable, answered, type Question } from './question';

const DRIFT = 'DRIFTED';

export const aliasInTemplate: Question = {
  id: 'D2',
  question:
    'What does a stack update do to an alias in the template that has other weights now, and to a drifted environment?',
  assumption:
    'A changed description puts the whole alias back, weights gone; changed code puts the environment back to ' +
    "the template's. So the alias is not in our template, and the deploy step always writes the environment",
  buildsOn: ['lib/endpoint.ts', 'docs/decisions/0002-alias-ownership.md', 'lambdas/steps/rollout/model-environment.ts'],
  safeEitherWay: true,
  minutes: 10,
  how: 'weights and a variable set by hand, then one stack update',
  ask: async (bench) => {
    if (!bench.stack) throw new NotAskable('there is no CloudFormation here that updates an AWS::Lambda::Alias');
    const { functionName: FunctionName } = bench;
    const other = await publishAnother(bench);
    const RoutingConfig = { AdditionalVersionWeights: { [other]: 0.5 } };
    await bench.lambda.send(
      new UpdateAliasCommand({
        FunctionName,
        Name: DECLARED_ALIAS,
        RoutingConfig,
      }),
    );
    const Variables = { [DRIFT]: 'yes' };
    await bench.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Environment: { Variables },
      }),
    );
    await latestSettled(bench);
    await bench.stack.deployChanged();
    const alias = await bench.lambda.send(new GetAliasCommand({ FunctionName, Name: DECLARED_ALIAS }));
    if (alias.Description !== 'changed')
      throw new NotAskable("probe: the stack update did not change the alias' description");
    const { Environment } = await bench.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const weights = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length;
    const environment = Environment?.Variables ?? {};
    const drifted = DRIFT in environment;
    return answered(
      weights === 0 && !drifted && STATIC_VARIABLE in environment,
      `after an update of description and code the alias has ${weights} weights; the variable set by hand is ` +
        `${drifted ? 'still there' : 'gone'}`,
      { weights, variableStays: drifted },
    );
  },
};
