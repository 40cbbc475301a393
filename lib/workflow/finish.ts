import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../../lambdas/domain/workflow';
import type { Outcome } from '../../lambdas/domain/rollout';
import { type Functions, GENEROUS, task } from './task';

const is = sfn.Condition;
const outcome = (...outcomes: readonly Outcome[]) =>
  is.and(is.isPresent('$.outcome'), is.or(...outcomes.map((one) => is.stringEquals('$.outcome', one))));

/**
 * Closes the record, frees the endpoint and starts what waited. When only that bookkeeping fails, a promoted model is
 * still a promoted model: the rollout ends as it went (the state says how without `outcome`), the error is kept as
 * `$.bookkeeping`, and the reconciler closes the record and frees the endpoint later.
 */
export function finish(scope: Construct, functions: Functions, abort: sfn.IChainable): sfn.IChainable {
  const end = (id: string, comment: string) => new sfn.Succeed(scope, id, { comment });
  const howDidItEnd = new sfn.Choice(scope, STATES.howDidItEnd, { comment: 'Green live, nothing to do, or a dry run' })
    .when(
      is.or(outcome('promoted', 'promoted-first'), is.stringEquals('$.phase', 'promoted')),
      end(STATES.rolloutPromoted, 'Green is live'),
    )
    .when(
      is.or(outcome('already-live'), is.stringEquals('$.next', 'already-live')),
      end(STATES.alreadyLive, 'The live version serves this model already'),
    )
    .when(
      is.or(outcome('dry-run-passed'), is.booleanEquals('$.plan.dryRun', true)),
      end(STATES.dryRunPassed, 'Green passed and is deleted again; no traffic moved'),
    )
    .otherwise(abort);
  return task(scope, functions, STATES.finishRollout, {
    retry: GENEROUS,
    onFailure: howDidItEnd,
    failurePath: '$.bookkeeping',
  }).next(howDidItEnd);
}
