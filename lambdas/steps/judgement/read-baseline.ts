import type { RolloutState } from '../../contract/rollout-state';
import type { Baseline } from '../../domain/evidence';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import { measureNamed } from '../../domain/measures/measures';
import type { Adapters } from '../../adapters/adapters';
import { labelsWanted } from './labels';

const BASELINE_MINUTES = 60;

/** Blue's own numbers in the hour before `until`, or since blue became live when that is less long ago. An outline costs less. */
export async function readBaseline(
  { evidence, liveModels }: Pick<Adapters, 'evidence' | 'liveModels'>,
  state: RolloutState,
  until: number,
  detail: 'whole' | 'outline' = 'whole',
): Promise<{ readonly baseline: Baseline; readonly queries: readonly unknown[] } | 'unavailable'> {
  const current = (await liveModels.livePeriods(state.endpoint)).find(
    (period) => period.version === state.blue.version,
  );
  const since = current === undefined ? 0 : Math.ceil(Date.parse(current.since) / MINUTE_MS) * MINUTE_MS;
  const from = Math.min(until - MINUTE_MS, Math.max(until - BASELINE_MINUTES * MINUTE_MS, since));
  const told = state.answers;
  const why = told?.nothing;
  const read = await evidence.fetchBaseline({
    config: state.config,
    blue: state.blue.version,
    from: isoTime(from),
    until: isoTime(until),
    ...(told && {
      answers: { ...told, measures: told.measures.map(measureNamed) },
    }),
    outline: detail === 'outline',
    labels: detail === 'outline' ? undefined : labelsWanted(state),
  });
  if (read === 'unavailable' || why === undefined) return read;
  return { ...read, baseline: { ...read.baseline, uncounted: why } };
}
