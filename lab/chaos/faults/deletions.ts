import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import { goldenSet } from '../../../simulator/fake-model';
import { GOLDEN_KEY } from '../plan/draw-settings';
import type { DeletionPlan } from '../plan/incidents';
import type { FaultRun } from './fault-run';
import { servingNow } from './sick-models';

const SETTINGS = 'SETTINGS';
const PERSON = { kind: 'user' } as const;
type StoredItem = Readonly<Record<string, unknown>>;

/** A person deletes or replaces what the app relies on: versions, items, objects, the alias' description. */
export function deleteThings(run: FaultRun): void {
  for (const plan of run.stage.plan.incidents.deletions)
    run.when(plan.endpoint, plan.when, () =>
      deleteNow(run, plan).catch((error: unknown) =>
        run.stage.note(`a person cannot delete the ${plan.what} of ${plan.endpoint}: ${String(error)}`),
      ),
    );
}

async function deleteNow(run: FaultRun, plan: DeletionPlan): Promise<void> {
  const { stage } = run;
  const { endpoint, what } = plan;
  const { lock, record } = await rolloutNow(run, endpoint);
  switch (what) {
    case 'blue version':
      return deleteVersions(run, endpoint, record?.blue);
    case 'old versions':
      return deleteVersions(run, endpoint);
    case 'lock item':
      return deleteItems(run, endpoint, ({ sk }) => sk === 'LOCK');
    case 'record item':
      return deleteItems(run, endpoint, ({ sk }) => sk === `RECORD#${lock}`);
    case 'live item':
      return deleteItems(run, endpoint, ({ sk }) => sk === 'LIVE');
    case 'upload items':
      return deleteItems(run, endpoint, ({ sk }) => /^(UPLOAD#|WAITING$|STARTED$)/.test(String(sk)));
    case 'settings item':
      return deleteSettings(run, endpoint);
    case 'live object':
      return deleteObject(run, endpoint, (await servingNow(run, endpoint)).live);
    case 'green object':
      return deleteObject(run, endpoint, record?.green ?? (await servingNow(run, endpoint)).green);
    case 'target object':
      return deleteObject(run, endpoint, await targetOf(run, endpoint));
    case 'golden set':
    case 'golden set replaced': {
      run.log('golden set replaced', GOLDEN_KEY);
      if (what === 'golden set replaced') await stage.app.put(GOLDEN_KEY, '{"rows": "are coming"}');
      else await stage.world.services.s3.call('DeleteObject', { Bucket: stage.app.bucket, Key: GOLDEN_KEY }, PERSON);
      stage.at(stage.now + plan.backAfterMs, () => stage.app.put(GOLDEN_KEY, JSON.stringify(goldenSet(24))));
      return;
    }
    case 'alias description':
      run.log('description replaced', endpoint);
      await stage.world.services.lambda.call(
        'UpdateAlias',
        { FunctionName: stage.functionOf(endpoint), Name: LIVE_ALIAS, Description: 'in service' },
        PERSON,
      );
  }
}

/** The rollout that holds the endpoint, by its lock, and its versions by its record. */
async function rolloutNow({ stage }: FaultRun, endpoint: string) {
  const lock = (await stage.locks.readLock(endpoint).catch(() => undefined))?.rolloutId;
  const state =
    lock === undefined ? undefined : (await stage.records.readRecord(endpoint, lock).catch(() => undefined))?.state;
  const record = state && {
    blue: state.blue.version,
    ...(state.green.version !== undefined && { green: state.green.version }),
  };
  return { lock, record };
}

/** One version, or each that Lambda lets go. Lambda itself keeps those that an alias names. */
async function deleteVersions(run: FaultRun, endpoint: string, only?: string): Promise<void> {
  const { lambda } = run.stage.world.services;
  const FunctionName = run.stage.functionOf(endpoint);
  const { Versions = [] } = (await lambda.call('ListVersionsByFunction', { FunctionName }, PERSON)) as {
    readonly Versions?: readonly { readonly Version: string }[];
  };
  for (const { Version } of Versions) {
    if (Version === '$LATEST' || (only !== undefined && Version !== only)) continue;
    // By a client of the world, so that the story hears of it.
    const command = new DeleteFunctionCommand({ FunctionName, Qualifier: Version });
    const gone = await run.stage.world.user.lambda.send(command).then(
      () => true,
      () => false,
    );
    if (gone) run.log('version deleted', `${endpoint}:${Version}`);
  }
}

async function deleteItems(run: FaultRun, endpoint: string, which: (item: StoredItem) => boolean): Promise<void> {
  const { dynamodb } = run.stage.world.services;
  const mine = dynamodb.items(run.stage.table).filter((item) => item['pk'] === `ENDPOINT#${endpoint}` && which(item));
  for (const { pk, sk } of mine) {
    run.log('item deleted', `${endpoint} ${`${sk as string}`}`);
    await dynamodb.call('Delete', { TableName: run.stage.table, Key: { pk, sk } }, PERSON);
  }
}

async function deleteSettings(run: FaultRun, endpoint: string): Promise<void> {
  run.log('item deleted', `${endpoint} ${SETTINGS}`);
  const command = { TableName: run.stage.table, Key: { pk: SETTINGS, sk: endpoint } };
  await run.stage.world.services.dynamodb.call('Delete', command, PERSON);
}

/** The object version that a version of the function serves. */
async function deleteObject(run: FaultRun, endpoint: string, version: string | undefined): Promise<void> {
  const { stage } = run;
  const model = version === undefined ? undefined : await stage.servedBy(endpoint, version);
  if (model === undefined) return;
  const { bucket: Bucket, key: Key, versionId: VersionId } = model;
  await stage.world.user.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  run.log('object deleted', `${Key}?versionId=${VersionId}`);
}

/** The version that was live before the one that is. */
async function targetOf(run: FaultRun, endpoint: string): Promise<string | undefined> {
  const { live } = await servingNow(run, endpoint);
  const functionName = run.stage.functionOf(endpoint);
  return run.stage.story.aliases.findLast((one) => one.functionName === functionName && one.after.version !== live)
    ?.after.version;
}
