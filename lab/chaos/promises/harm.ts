import { firstWholeMinute, MINUTE_MS, SETTLE_MS } from '../../../lambdas/domain/minutes';
import type { Found } from './found';
import type { Exposure } from './exposures';

/** What ended an exposure's rollout, for people, and since when that could be known. */
export interface Cause {
  readonly kind: string;
  readonly from: number;
}

/**
 * An exposure that no fault ended was ended by what green did: it counts from the moment at which the first whole
 * minute with users on green was settled, which is the first that a judge may look at.
 */
export function causeFor(exposure: Exposure, found: Found): Cause {
  const { kind, from, shiftedAt } = exposure;
  const harm = kind === 'no fault' ? harmOf(exposure, found) : undefined;
  if (harm === undefined) return { kind, from };
  return { kind: `green: ${harm}`, from: firstWholeMinute(shiftedAt) + MINUTE_MS + SETTLE_MS };
}

function harmOf({ endpoint, rolloutId }: Exposure, { endpoints, story }: Found): string | undefined {
  const records = endpoints.find(({ plan }) => plan.name === endpoint)?.records;
  const green = records?.find(({ id }) => id === rolloutId)?.state?.green.model?.versionId;
  return story.uploads.find(({ versionId }) => versionId === green)?.harm;
}
