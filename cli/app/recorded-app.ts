import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../../lambdas/adapters/sha256-hex';
import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import { inOneMessage, problems } from '../../lambdas/contract/problems';
import type { OperationPorts } from '../../lambdas/steps/operations/ports';
import { type Recording, RECORDING_FILE, recordingSchema } from '../../simulator/app/recording';
import { AppUnknown } from '../failure';
import type { CliApp } from './cli-app';

/** The recording that a demo left in a folder. @throws AppUnknown */
export function recordedApp(folder: string): CliApp {
  const file = join(folder, RECORDING_FILE);
  const recording = read(file);
  return { ports: recordedPorts(recording, folder), context: undefined, recording: file };
}

function read(file: string): Recording {
  const unknown = (why: string) =>
    new AppUnknown(`--demo: ${file} ${why}`, [{ what: 'The demo writes it at its end: npm run demo' }]);
  if (!existsSync(file)) throw unknown('does not exist');
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
function recordedPorts({ bucket, endpoints, savedAt }: Recording, folder: string): OperationPorts {
  const find = (name: string) => endpoints.find(({ config }) => config.settings.name === name);
  const configs = endpoints.map(({ config }) => config);
  const refuse = () => Promise.reject(new OperationRefused('RecordingOnly', 'a recording cannot be acted upon'));
  const nothing = async () => undefined;
  return {
    answers: { give: refuse },
    approvals: { ask: refuse, read: nothing, note: refuse },
    clock: { now: () => Date.parse(savedAt), sleep: nothing },
    decisions: { read: nothing, promote: refuse },
    executions: {
      arnOf: (name) => name,
      start: refuse,
      status: nothing,
      whyEnded: async () => ({}),
      stop: refuse,
      endedBadly: async () => [],
    },
    hash: sha256Hex,
    holds: { read: async (name) => find(name)?.hold, put: refuse },
    liveAlias: {
      read: async (functionName) => {
        const found = endpoints.find(({ config }) => config.functionName === functionName);
        return found?.alias ?? refuse();
      },
      write: refuse,
    },
    liveModels: {
      read: async (name) => find(name)?.periods ?? [],
      takenBack: async (name) => find(name)?.takenBack ?? [],
      begin: refuse,
      forget: refuse,
      takeBack: refuse,
      unknownBefore: nothing,
      isLost: async () => false,
      recover: refuse,
    },
    locks: { acquire: refuse, queue: refuse, renew: refuse, release: refuse, read: nothing },
    models: {
      bucket,
      newest: nothing,
      listNewest: nothing,
      whyUnreadable: nothing,
      describe: nothing,
      sha256: refuse,
      readText: async (key) => document(folder, key),
    },
    modelStore: { bucket, put: refuse },
    records: {
      save: refuse,
      close: refuse,
      read: async (name, id) => find(name)?.records.find((record) => record.id === id),
      list: async (name, limit) => (find(name)?.records ?? []).slice(0, limit),
    },
    settings: {
      list: async () => configs,
      readable: async () => ({ configs, unreadable: [] }),
      find: async (name) => find(name)?.config,
    },
    teardown: { run: refuse },
    uploads: {
      ...{ isAnswered: async () => false, answerTo: nothing, answer: refuse, waiting: nothing, wait: refuse },
      ...{ stopWaiting: refuse, newestStarted: nothing, noteStarted: refuse },
    },
    versions: {
      ...{
        find: nothing,
        configure: refuse,
        protect: refuse,
        publish: refuse,
        list: async () => [],
        usedByAliases: async () => [],
      },
      ...{ remove: refuse, provision: refuse, provisioned: nothing, provisionedOnLive: nothing },
      ...{ listProvisioned: async () => [], unprovision: refuse },
    },
  };
}

/** `rollouts/<endpoint>/<id>/<name>` of the bucket is `rollouts/<id>/<name>` beside the recording. */
function document(folder: string, key: string): { readonly text: string } | 'missing' {
  const [, id = '', name = ''] = key.slice(ROLLOUTS_PREFIX.length).split('/');
  const file = join(folder, 'rollouts', id, name);
  return existsSync(file) ? { text: readFileSync(file, 'utf8') } : 'missing';
}
