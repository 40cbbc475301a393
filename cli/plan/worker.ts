/** A worker process of a plan: is told the question, then does the tasks it is sent, until the sender hangs up. */
import type { Question } from '../../lambdas/domain/plan/question';
import { doTask, type Task } from './tasks';
import type { Answer, Message } from './workers';

let question: Question | undefined;

process.on('message', (message: Message) => {
  if ('question' in message) question = message.question;
  else process.send?.(answer(message.task));
});

function answer(task: Task): Answer {
  try {
    if (question === undefined) throw new Error('a task came before its question');
    return { result: doTask(question, task) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
