import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DecidingState, Next, StateName } from '../../lambdas/domain/workflow';

/**
 * What the state before wants next, and where that leads. Each word that its step may say is listed; `otherwise` names
 * those that lead where anything unknown does.
 */
export function question<S extends DecidingState>(
  scope: Construct,
  id: StateName,
  asks: string,
  answers: Readonly<Record<Next<S>, sfn.IChainable | 'otherwise'>>,
  otherwise: sfn.IChainable,
): sfn.Choice {
  const choice = new sfn.Choice(scope, id, { comment: asks });
  for (const [answer, state] of Object.entries<sfn.IChainable | 'otherwise'>(answers))
    if (state !== 'otherwise') choice.when(sfn.Condition.stringEquals('$.next', answer), state);
  return choice.otherwise(otherwise);
}
