import { approve as answer } from '../../lambdas/operations/answer';
import { answering } from './answering';

export const approve = answering({
  name: 'approve',
  describe: 'Answer yes to the rollout that waits for a person: green goes on',
  answer,
});
