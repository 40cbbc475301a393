import type { Upstream } from '../upstream';
import { aliasRules } from './alias-rules';
import { aliasWeights } from './alias-weights';
import { errorNames } from './error-names';
import { executionEvents } from './execution-events';
import { functionUrlAlias } from './function-url-alias';
import { logMetrics } from './log-metrics';
import type { Behaviour, Probe } from './probe';
import { setProbes } from './probe-function';
import { provisionedList } from './provisioned-list';
import { publishConditions } from './publish-conditions';
import { revisionIds } from './revision-ids';
import { statistics } from './statistics';
import { unchangedPublish } from './unchanged-publish';
import { uploadEvents } from './upload-events';
import { versionMetrics } from './version-metrics';

export const PROBES: readonly Probe[] = [
  aliasWeights,
  versionMetrics,
  statistics,
  logMetrics,
  functionUrlAlias,
  errorNames,
  uploadEvents,
  executionEvents,
  revisionIds,
  publishConditions,
  unchangedPublish,
  aliasRules,
  provisionedList,
];

/** Asks the emulator for every behaviour, one after the other, and answers those that it lacks. */
export async function lackingIn(upstream: Upstream, probes: readonly Probe[] = PROBES): Promise<readonly Behaviour[]> {
  const setting = await setProbes(upstream);
  try {
    const lacking: Behaviour[] = [];
    for (const probe of probes) {
      const has = await probe.has(setting).catch(() => false);
      if (!has) lacking.push(probe.behaviour);
    }
    return lacking;
  } finally {
    await setting.clear();
  }
}
