import { httpStatusOf, isAwsError } from '../../../lambdas/adapters/sdk/answers';
import type { Bench } from '../bench/bench';
import { NotAskable, type Answer, type Question } from './question';

/** An answer with the question that it belongs to. `failed`: asking itself went wrong, in an unforeseen way. */
export interface Asked {
  readonly question: Question;
  readonly answer: Answer;
  readonly seconds: number;
  readonly failed: boolean;
}

/**
 * Asks; never rejects. A call that the place does not know is a place that cannot be asked, any other error a failure.
 */
export async function ask(question: Question, bench: Bench): Promise<Asked> {
  const began = bench.clock.now();
  const result = await question.ask(bench).then(
    (answer) => ({ answer, failed: false }),
    (error: unknown) => ({
      answer: cannotAsk(error),
      failed: !(error instanceof NotAskable) && !isUnknownCall(error),
    }),
  );
  return {
    question,
    ...result,
    seconds: Math.round((bench.clock.now() - began) / 1000),
  };
}

function cannotAsk(error: unknown): Answer {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return {
    verdict: 'not askable here',
    why: error instanceof NotAskable ? message : `asking failed with ${name}: ${message}`,
  };
}

const isUnknownCall = (error: unknown): boolean =>
  httpStatusOf(error) === 501 || isAwsError(error, 'NotImplemented', 'UnknownOperationException', 'InvalidAction');
