import { exposuresOf, limitOf } from '../watch/exposures';
import type { Breach, EndpointFound, Found } from './found';

/** Users end on blue or on a promoted green, in time; a model that is bad beyond doubt lives only where somebody said so. */
export function safety(found: Found): readonly Breach[] {
  const late = exposuresOf(found).flatMap((exposure): readonly Breach[] => {
    const { limitMs, fromMs } = limitOf(exposure, found);
    const took = exposure.until - fromMs;
    if (took <= limitMs) return [];
    const long = Number.isFinite(took) ? `${Math.round(took / 1000)} s` : 'for ever';
    return [{ promise: 3, what: `${exposure.endpoint}: users stayed on ${exposure.what} of ${exposure.rolloutId} for ${long}, the limit is ${limitMs / 1000} s (${exposure.kind})` }]; // prettier-ignore
  });
  return [...late, ...found.endpoints.flatMap((endpoint) => badLive(endpoint, found))];
}

function badLive({ plan, alias, modelVersionId, records, moved }: EndpointFound, found: Found): readonly Breach[] {
  const upload = found.story.uploads.find(({ versionId }) => versionId === modelVersionId);
  if (upload?.harm === undefined || moved || found.metricsWrong) return [];
  const promoted = records.filter(({ state }) => state?.green.model?.versionId === modelVersionId);
  const allowed = promoted.some(({ state, outcome, decidedBy = '' }) => {
    if (outcome === 'promoted-first' || state === undefined) return true;
    if (outcome !== 'promoted') return false;
    const asked = state.plan.steps.length === 0 || state.plan.force || state.plan.action === 'rollback';
    return asked || /^(setting|person|default answer)/.test(decidedBy) || found.story.approved.has(state.id);
  });
  // Judged against a blue that is as bad, a bad green is no worse.
  const badBlue = promoted.some(({ state }) => isBad(state?.blue.model?.versionId, found));
  if (allowed || badBlue) return [];
  return [
    {
      promise: 3,
      what: `${plan.name}: version ${alias.version} with the bad model ${upload.key} is live, and nothing allowed it`,
    },
  ];
}

const isBad = (modelVersionId: string | undefined, { story }: Found): boolean =>
  story.uploads.some(({ versionId, harm }) => harm !== undefined && versionId === modelVersionId);
