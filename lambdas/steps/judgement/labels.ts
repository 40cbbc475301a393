import type { RolloutState } from '../../contract/rollout-state';
import { labelMinutes } from '../../domain/feedback/label-minutes';
import { accuracyIsJudged } from '../../domain/gates/accuracy';
import type { Baseline } from '../../domain/evidence';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import type { LabelsWanted } from '../../adapters/cloudwatch/baseline';
import type { MinutesQuery } from '../../adapters/cloudwatch/minutes';

/** What to look for before green has traffic; undefined where the gate is off, or no label of green's could come in time. */
export function labelsWanted({ config, plan }: Pick<RolloutState, 'config' | 'plan'>): LabelsWanted | undefined {
  const { gates, watchMinutes } = config.settings;
  if (gates.accuracy === false) return undefined;
  const { withinMinutes, minLabels } = gates.accuracy;
  const watchAlone = watchMinutes > 0 ? [{ weight: 100, bakeMinutes: watchMinutes }] : [];
  const greenMinutes = labelMinutes(plan.steps.length > 0 ? plan.steps : watchAlone, withinMinutes);
  return greenMinutes > 0 ? { withinMinutes, greenMinutes, least: minLabels } : undefined;
}

/**
 * How labels are counted while green has traffic; undefined where accuracy is not judged.
 *
 * @param trafficFrom when green got its first request of a user, ms since 1970
 */
export function labelsCounted(
  { config }: Pick<RolloutState, 'config'>,
  baseline: Baseline,
  trafficFrom: number,
): MinutesQuery['labels'] {
  const { accuracy } = config.settings.gates;
  if (accuracy === false || !accuracyIsJudged(baseline, accuracy)) return undefined;
  const { withinMinutes } = accuracy;
  return { withinMinutes, from: isoTime(trafficFrom + withinMinutes * MINUTE_MS) };
}
