import { METRIC_NAMESPACE, ROLLOUT_DIMENSIONS, ROLLOUT_METRICS } from '../../contract/metric-names';
import { ENV } from '../../contract/names';
import { type AdapterContext, requiredVariable } from '../sdk/context';

/** What one rollout was, in numbers. */
export interface EndInNumbers {
  readonly outcome: string;
  readonly minutes: number;
  /** How long it waited for people's answers; undefined where it asked no one. */
  readonly waitedMinutes?: number;
  /** From the beginning of the first bad minute until blue alone was in service. */
  readonly secondsToBlue?: number;
  readonly insufficientEvidence: boolean;
}

/** The deployer's own numbers, for the dashboard. */
export interface RolloutNumbers {
  countEnd(end: EndInNumbers): void;
}

/** A line of embedded metric format: no call that could fail beside the end of a rollout, and no right. */
export const emfRolloutNumbers = (context: AdapterContext): RolloutNumbers => {
  const app = requiredVariable(context, ENV.stateMachine).split(':').at(-1) ?? '';
  return {
    countEnd: ({ outcome, minutes, waitedMinutes, secondsToBlue, insufficientEvidence }) => {
      const values = {
        [ROLLOUT_METRICS.minutes]: minutes,
        [ROLLOUT_METRICS.insufficientEvidence]: insufficientEvidence ? 1 : 0,
        ...(waitedMinutes !== undefined && { [ROLLOUT_METRICS.waitedMinutes]: waitedMinutes }),
        ...(secondsToBlue !== undefined && { [ROLLOUT_METRICS.secondsToBlue]: secondsToBlue }),
      };
      const directive = (dimensions: readonly string[], metrics: readonly string[]) => ({
        Namespace: METRIC_NAMESPACE,
        Dimensions: [dimensions],
        Metrics: metrics.map((Name) => ({ Name })),
      });
      const line = {
        _aws: {
          Timestamp: context.clock.now(),
          CloudWatchMetrics: [
            directive([ROLLOUT_DIMENSIONS.app, ROLLOUT_DIMENSIONS.outcome], [ROLLOUT_METRICS.rollouts]),
            directive([ROLLOUT_DIMENSIONS.app], Object.keys(values)),
          ],
        },
        [ROLLOUT_DIMENSIONS.app]: app,
        [ROLLOUT_DIMENSIONS.outcome]: outcome,
        [ROLLOUT_METRICS.rollouts]: 1,
        ...values,
      };
      context.write(`${JSON.stringify(line)}\n`);
    },
  };
};
