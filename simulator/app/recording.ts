import * as z from 'zod';
import { type EndpointConfig, endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { rolloutRecordSchema } from '../../lambdas/contract/rollout-record';
import { pinnedModelSchema } from '../../lambdas/contract/rollout-state';
import type { OperationNeeds } from '../../lambdas/operations/needs';

const served = z.object({ version: z.string(), model: pinnedModelSchema.optional() });
const endpointState = z.object({
  config: endpointConfigSchema,
  alias: z.object({
    version: z.string(),
    canary: z.object({ version: z.string(), weight: z.number() }).optional(),
    revisionId: z.string(),
    description: z.string().optional(),
  }),
  /** Newest first. */
  periods: z.array(served.extend({ since: z.string(), until: z.string().optional() })),
  takenBack: z
    .array(
      z.object({
        version: z.string(),
        at: z.string(),
        rolloutId: z.string(),
        how: z.enum(['reverted', 'aborted', 'rolled back', 'did not answer']),
      }),
    )
    .default([]),
  records: z.array(rolloutRecordSchema),
  hold: z.object({ until: z.string(), reason: z.string() }).optional(),
});

/** What is left of an app when its world is gone: enough to read, nothing to act on. */
export const recordingSchema = z.object({
  version: z.literal(1),
  /** ISO 8601, of the world. */
  savedAt: z.string(),
  bucket: z.string(),
  endpoints: z.array(endpointState),
});
export type Recording = z.output<typeof recordingSchema>;

/** Its place beside a demo's summary and pages. */
export const RECORDING_FILE = 'state/state.json';

const MOST_RECORDS = 100;

type Needs = Pick<OperationNeeds, 'clock' | 'holds' | 'liveAlias' | 'liveModels' | 'models' | 'records' | 'settings'>;

/** Reads everything that a recording keeps, at rest: no upload waits, nothing runs. */
export async function recordingOf(ports: Needs): Promise<Recording> {
  const configs = await ports.settings.listSettings();
  return {
    version: 1,
    savedAt: new Date(ports.clock.now()).toISOString(),
    bucket: ports.models.bucket,
    endpoints: await Promise.all(configs.map((config) => endpointOf(ports, config))),
  };
}

async function endpointOf(ports: Needs, config: EndpointConfig): Promise<Recording['endpoints'][number]> {
  const { name } = config.settings;
  const hold = await ports.holds.readHold(name);
  return {
    config,
    alias: await ports.liveAlias.readLiveAlias(config.functionName),
    periods: [...(await ports.liveModels.livePeriods(name))],
    takenBack: [...(await ports.liveModels.listTakenBack(name))],
    records: [...(await ports.records.listRecords(name, MOST_RECORDS))],
    ...(hold && { hold }),
  };
}
