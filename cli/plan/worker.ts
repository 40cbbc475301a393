/** A worker process of a plan: is told the question, then does the tasks it is sent, until the sender hangs up. */
import type { PlanQuestion } from '../../lambdas/domain/plan/question';
import { doTask, type PlanTask } from './tasks';
import type { PlanReply, Message } from './workers';

let question: PlanQuestion | undefined;

process.on('message', (message: Message) => {
  if ('question' in message) question = message.question;
  else process.send?.(answer(message.task));
});

function answer(task: PlanTask): PlanReply {
  try {
    if (question === undefined) throw new Error('a task came before its question');
    return { result: doTask(question, task) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
