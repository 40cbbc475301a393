import { SELF_TEST_PATH } from '../contract/inference-protocol';
import { type InvocationContext, nothingAt } from './route';
import { ModelError } from './infer';

/** The ARN of a direct call of a version: `…:function:NAME:7`. */
export const byVersion = /:function:[^:]+:\d+$/;

/**
 * Fails as a model does, and is counted as one: so a rollout sees, before any traffic moves, that failures of green reach
 * the counters that it will be judged by. For other callers the path does not exist.
 */
export function failOnPurpose(context: InvocationContext, countModelError: () => void): never {
  if (!byVersion.test(context.invokedFunctionArn)) throw nothingAt(SELF_TEST_PATH);
  countModelError();
  throw new ModelError('ModelFailed', 'The model failed: on purpose, to see that failures are counted.');
}

/** What users meet in a drill. Tests of the version, and of the preview, are answered: the canary itself is to find it. */
export const failInDrill = (drill: string): ModelError =>
  new ModelError('ModelFailed', `The model failed: on purpose, in the drill ${drill}.`);
