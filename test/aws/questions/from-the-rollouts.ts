import type { RolloutFindings } from '../rollouts/findings';
import type { Bench } from '../bench/bench';
import { LAMBDA, totals } from '../bench/metrics';
import { NotAskable, answered, type Question } from './question';

function found<K extends keyof RolloutFindings>({ rollouts }: Bench, key: K): NonNullable<RolloutFindings[K]> {
  const finding = rollouts?.[key];
  if (finding === undefined) throw new NotAskable('no rollout before the questions came so far');
  return finding;
}

const MOST_SECONDS = 60;
/** A cold start is no part of Duration, and a warm prediction of the example takes a few milliseconds. */
const MOST_MEAN_MS = 20;

/** What the rollouts before the questions showed by the way. */
export const fromTheRollouts: readonly Question[] = [
  {
    id: 'F12',
    question: 'How long after StopExecution, in the middle of a canary, are callers on blue alone?',
    assumption: `Within ${MOST_SECONDS} s: the status event ABORTED comes, and a rule on it puts blue back`,
    buildsOn: ['lambdas/handlers/safety-net.ts', 'lib/triggers.ts', 'README.md'],
    minutes: 1,
    how: 'measured in the rollout that is stopped',
    ask: async (bench) => {
      const { aliasSeconds, callersSeconds } = found(bench, 'stopped');
      return answered(
        Math.max(aliasSeconds, callersSeconds) <= MOST_SECONDS,
        `the alias named blue alone after ${aliasSeconds} s, the last answer of green came after ${callersSeconds} s`,
        { aliasSeconds, callersSeconds },
      );
    },
  },
  {
    id: 'S1',
    question: 'Does the event of an upload name the key as it is, spaces and signs included, and the object version?',
    assumption: 'Yes: the key is not URL-encoded, and the version id is there',
    buildsOn: ['lambdas/contract/upload-options.ts', 'lambdas/handlers/start-rollout.ts'],
    minutes: 1,
    how: 'the first model is uploaded under a key with a space and a plus sign',
    ask: async (bench) => {
      const { key, seconds, outcome } = found(bench, 'oddKey');
      return answered(outcome === 'promoted-first', `${key} ended as ${outcome}, ${seconds} s after the upload`, {
        seconds,
      });
    },
  },
  {
    id: 'P5',
    question: "Does a user's request fail because of a shift, a promotion or a revert?",
    assumption: 'No request does',
    buildsOn: ['lambdas/steps/promote-green.ts', 'lambdas/steps/endings/restore-alias.ts'],
    minutes: 1,
    how:
      'bounded traffic through URL and alias during all rollouts; failures of a model that is bad on purpose are ' +
      'not counted',
    ask: async (bench) => {
      const { requests, failedByBlue, unanswered } = found(bench, 'traffic');
      return answered(
        failedByBlue === 0,
        `of ${requests} requests ${failedByBlue} were answered with a failure that was no bad model's; ` +
          `${unanswered} got no answer`,
        {
          requests,
          failed: failedByBlue,
          unanswered,
        },
      );
    },
  },
  {
    id: 'L14-extension',
    question: 'Does an internal extension that works on after the answer make the caller wait, or the Duration longer?',
    assumption: 'No: its time is counted as PostRuntimeExtensionsDuration, and is paid for',
    buildsOn: ['lambdas/model-server/capture.ts', 'lambdas/model-server/handler.ts'],
    minutes: 1,
    how: 'the endpoint of the rollouts keeps a fifth of its requests; both metrics of its function, over all rollouts',
    ask: async (bench) => {
      const { functionName, from } = found(bench, 'captured');
      const dimensions = { FunctionName: functionName };
      const of = (metric: string) => ({ namespace: LAMBDA, metric, dimensions });
      const [calls = 0, duration = 0, after] = await totals(bench, from, 'Sum', [
        of('Invocations'),
        of('Duration'),
        of('PostRuntimeExtensionsDuration'),
      ]);
      if (calls === 0) throw new NotAskable('CloudWatch has counted no call of the endpoint');
      const [mean, afterMean] = [duration / calls, (after ?? 0) / calls];
      return answered(
        // An object takes S3 tens of milliseconds, and a prediction of the example two.
        after !== undefined && after > 0 && mean < MOST_MEAN_MS,
        `${calls} calls of ${mean.toFixed(1)} ms each, and ` +
          `${after === undefined ? 'no number' : `${afterMean.toFixed(1)} ms`} after the answer`,
        { calls, meanMs: mean, afterMeanMs: after === undefined ? 'none' : afterMean },
      );
    },
  },
];
