import { APP_STACK, QUESTIONS_STACK, TAG } from '../stack/names';
import { questions, withFunction } from '../questions/all';

/** Upper bounds. The sums are in docs/guides/aws-test.md. */
export const MOST_MINUTES = 130;
export const MOST_DOLLARS = 0.5;

/** What a run creates, how long it takes at most, and what that costs. */
export const PLAN = [
  'With GREENLIGHT_AWS_TEST=1 this test creates, in the account and region of your credentials:',
  `  stack ${APP_STACK}: Greenlight with one endpoint (17 functions, a state machine, a bucket, a table, a topic ` +
    'with a key, a queue, two schedules, six alarms)',
  `  stack ${QUESTIONS_STACK}: ${withFunction.length} tiny functions, two state machines, one rule, a topic with ` +
    'a key, an alarm',
  `  all tagged ${TAG.name}=${TAG.value}; both are deleted at the end, also when a step fails`,
  `It rolls out four models, asks ${questions.length} questions and sends at most 30,000 requests.`,
  `It takes 60 to ${MOST_MINUTES} minutes and costs less than ${MOST_DOLLARS.toFixed(2)} USD.`,
].join('\n');
