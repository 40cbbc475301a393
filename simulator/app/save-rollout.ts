import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RECORD_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import { type RolloutRecord, rolloutRecordSchema } from '../../lambdas/contract/rollout-record';
import type { EmbeddedApp } from './embedded-app';

/** Copies what is kept of a rollout (page, record, evidence) into a folder of its own, and returns the record. */
export async function saveRollout(
  app: EmbeddedApp,
  endpoint: string,
  id: string,
  folder: string,
): Promise<RolloutRecord> {
  const prefix = `${ROLLOUTS_PREFIX}${endpoint}/${id}/`;
  const listed = await app.world.user.s3.send(new ListObjectsV2Command({ Bucket: app.bucket, Prefix: prefix }));
  const target = join(folder, 'rollouts', id);
  await mkdir(target, { recursive: true });
  for (const { Key: key } of listed.Contents ?? []) {
    if (key !== undefined) await writeFile(join(target, basename(key)), await app.readText(key));
  }
  return rolloutRecordSchema.parse(JSON.parse(await app.readText(prefix + RECORD_DOCUMENT)));
}
