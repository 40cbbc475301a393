import { reject as answer } from '../../lambdas/operations/answer';
import { answering } from './answering';

export const reject = answering({
  name: 'reject',
  describe: 'Answer no to the rollout that waits for a person: blue stays, or is put back',
  answer,
});
