import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Next } from '../../lambdas/domain/rollout';

/** What the step before wants next, and where that leads. Whatever is not listed goes to `otherwise`. */
export function question(
  scope: Construct,
  id: string,
  asks: string,
  answers: Partial<Record<Next, sfn.IChainable>>,
  otherwise: sfn.IChainable,
): sfn.Choice {
  const choice = new sfn.Choice(scope, id, { comment: asks });
  for (const [answer, state] of Object.entries(answers))
    choice.when(sfn.Condition.stringEquals('$.next', answer), state);
  return choice.otherwise(otherwise);
}
