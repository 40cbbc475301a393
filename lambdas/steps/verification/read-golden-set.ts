import { GoldenSetInvalid } from '../../contract/errors';
import { DataSetInvalid } from '../../contract/data-request';
import { type DataSet, GOLDEN_SET_LIMITS, parseDataSet } from '../../contract/golden-set';
import type { RolloutState } from '../../contract/rollout-state';
import type { PinnedModel } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';

/**
 * The endpoint's golden set and its pin; undefined when its settings name none. Whatever is done to the file while a
 * rollout runs, green is held to what was there when it began. Throws GoldenSetInvalid.
 */
export async function pinGoldenSet(
  ports: Pick<Adapters, 'models'>,
  state: RolloutState,
): Promise<{ readonly dataSet: DataSet; readonly pin: PinnedModel } | undefined> {
  const read = await readGoldenSet(ports, state);
  const key = state.config.settings.goldenSet?.key;
  if (read === undefined || key === undefined) return undefined;
  const { dataSet, versionId } = read;
  if (versionId === undefined)
    throw new GoldenSetInvalid(
      `goldenSet.key: s3://${ports.models.bucket}/${key} has no version id; is the bucket versioned?`,
    );
  const sha256 = await ports.models.hashModel({ key, versionId });
  return { dataSet, pin: { bucket: ports.models.bucket, key, versionId, sha256 } };
}

/** The golden set of this rollout; undefined when its settings name none. Throws GoldenSetInvalid for what is missing or malformed. */
export async function readGoldenSet(
  { models }: Pick<Adapters, 'models'>,
  { config, goldenSet }: RolloutState,
): Promise<{ readonly dataSet: DataSet; readonly versionId: string | undefined } | undefined> {
  const key = goldenSet?.key ?? config.settings.goldenSet?.key;
  if (key === undefined) return undefined;
  const read = await models.readBytes(key, GOLDEN_SET_LIMITS.maxBytes, goldenSet?.versionId);
  if (read === 'missing' && goldenSet !== undefined)
    throw new GoldenSetInvalid(
      `goldenSet.key: version ${goldenSet.versionId} of s3://${models.bucket}/${key}, which this rollout began with, was deleted; start it again`,
    );
  if (read === 'missing')
    throw new GoldenSetInvalid(`goldenSet.key: there is no s3://${models.bucket}/${key}; upload it first`);
  if (read === 'too-large') {
    throw new GoldenSetInvalid(
      `goldenSet.key: s3://${models.bucket}/${key} is larger than the limit of ${GOLDEN_SET_LIMITS.maxBytes / 1024 / 1024} MB`,
    );
  }
  return { dataSet: parsed(read.bytes, key), versionId: read.versionId };
}

function parsed(bytes: Uint8Array, key: string): DataSet {
  try {
    return parseDataSet(bytes, { file: key, ...GOLDEN_SET_LIMITS });
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new GoldenSetInvalid(`${key}: ${error.message}`);
    throw error;
  }
}
