import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../../lambdas/adapters/crypto';
import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import { inOneMessage, problems } from '../../lambdas/contract/problems';
import { rolloutEntry } from '../../lambdas/contract/rollout-record';
import type { OperationNeeds } from '../../lambdas/operations/needs';
import { type Recording, RECORDING_FILE, recordingSchema } from '../../simulator/app/recording';
import { AppUnknown } from '../failure';
import type { CliApp } from './cli-app';
import { NO_WAVE } from '../../lambdas/domain/waves';

/** The recording that a demo left in a folder. @throws AppUnknown */
export function recordedApp(folder: string): CliApp {
  const file = join(folder, RECORDING_FILE);
  const recording = read(file);
  return { ports: recordedPorts(recording, folder), context: undefined, recording: file };
}

function read(file: string): Recording {
  const unknown = (why: string) =>
    new AppUnknown(`--demo: ${file} ${why}`, [
      { what: 'A rehearsal writes it into its folder; in a checkout npm run demo does, too' },
    ]);
  if (!existsSync(file)) throw unknown('is missing; it takes the folder of a demo, out/demo where none is named');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw unknown('is no JSON');
  }
  const parsed = recordingSchema.safeParse(content);
  if (!parsed.success) throw unknown(`is no recording of this version: ${inOneMessage(problems(parsed.error))}`);
  return parsed.data;
}

/** Reads answer from the recording; whatever would change something is refused. */
function recordedPorts({ bucket, endpoints, savedAt }: Recording, folder: string): OperationNeeds {
  const find = (name: string) => endpoints.find(({ config }) => config.settings.name === name);
  const configs = endpoints.map(({ config }) => config);
  const refuse = () => Promise.reject(new OperationRefused('RecordingOnly', 'a recording cannot be acted upon'));
  const nothing = async () => undefined;
  return {
    answers: { giveAnswer: refuse },
    approvals: { askForApproval: refuse, readApproval: nothing, noteAnswer: refuse, noteSeen: refuse },
    clock: { now: () => Date.parse(savedAt), sleep: nothing },
    decisions: { readDecision: nothing, decideToPromote: refuse },
    executions: {
      arnOfExecution: (name) => name,
      startExecution: refuse,
      executionStatus: nothing,
      whyExecutionEnded: async () => ({}),
      stopExecution: refuse,
      executionsEndedBadly: async () => [],
    },
    hash: sha256Hex,
    holds: { readHold: async (name) => find(name)?.hold, holdTeardown: refuse },
    liveAlias: {
      readLiveAlias: async (functionName) => {
        const found = endpoints.find(({ config }) => config.functionName === functionName);
        return found?.alias ?? refuse();
      },
      writeLiveAlias: refuse,
    },
    liveModels: {
      livePeriods: async (name) => find(name)?.periods ?? [],
      listTakenBack: async (name) => find(name)?.takenBack ?? [],
      beginLivePeriod: refuse,
      forgetLivePeriods: refuse,
      noteTakenBack: refuse,
      noteFingerprint: refuse,
      unknownBefore: nothing,
      isLost: async () => false,
      recover: refuse,
    },
    locks: {
      acquireLock: refuse,
      giveLock: refuse,
      queueForLock: refuse,
      renewLock: refuse,
      releaseLock: refuse,
      readLock: nothing,
    },
    keptRequests: { listKept: async () => [], requestIdOf: nothing, deleteKept: refuse },
    models: {
      bucket,
      newestModel: nothing,
      listNewestModels: async () => [],
      whyUnreadable: nothing,
      describeModel: nothing,
      hashModel: refuse,
      isThere: async () => false,
      readBytes: async (key) => document(folder, key),
    },
    modelStore: {
      ...{ bucket, storeModel: refuse, copyModel: refuse },
      ...{ describeForeign: refuse, findForeign: refuse, readForeign: refuse },
    },
    records: {
      saveRecord: refuse,
      closeRecord: refuse,
      readRecord: async (name, id) => find(name)?.records.find((record) => record.id === id),
      listRecords: async (name, limit) => (find(name)?.records ?? []).slice(0, limit),
      listRollouts: async (name, limit) => (find(name)?.records ?? []).slice(0, limit).map(rolloutEntry),
    },
    settings: {
      listSettings: async () => configs,
      readableSettings: async () => ({ configs, unreadable: [] }),
      findSettings: async (name) => find(name)?.config,
      listNames: async () => configs.map(({ settings }) => settings.name),
    },
    teardown: { runTeardown: refuse },
    uploads: {
      ...{
        isAnswered: async () => false,
        readUploadAnswer: nothing,
        noteUploadAnswer: refuse,
        readWaitingUpload: nothing,
        waitInLine: refuse,
      },
      ...{ stopWaiting: refuse, newestStartedUpload: nothing, noteStartedUpload: refuse },
      ...{
        readWaitingDeploy: nothing,
        noteWaitingDeploy: refuse,
        noteFunctionChanged: refuse,
        removeWaitingDeploy: refuse,
      },
    },
    waves: {
      ...{ joinWave: refuse, leaveWave: refuse, endInWave: refuse, noteTold: refuse, resumeWave: refuse },
      ...{
        mustWaitFor: nothing,
        findWaveOf: nothing,
        readWave: async () => NO_WAVE,
        listWaves: async () => [],
        readRoom: async () => new Map(),
      },
    },
    versions: {
      ...{
        describeVersion: nothing,
        configureLatest: refuse,
        protectVersion: refuse,
        publishVersion: refuse,
        listVersions: async () => [],
        usedByAliases: async () => [],
      },
      ...{ deleteVersion: refuse, provisionVersion: refuse, readProvisioned: nothing, readProvisionedOnLive: nothing },
      ...{ listProvisioned: async () => [], unprovision: refuse },
    },
  };
}

/** `rollouts/<endpoint>/<id>/<name>` of the bucket is `rollouts/<id>/<name>` beside the recording. */
function document(folder: string, key: string): { readonly bytes: Uint8Array } | 'missing' {
  const [, id = '', name = ''] = key.slice(ROLLOUTS_PREFIX.length).split('/');
  const file = join(folder, 'rollouts', id, name);
  return existsSync(file) ? { bytes: readFileSync(file) } : 'missing';
}
