import type { HandlerName } from '../../lambdas/contract/names';
import type { Right } from './right';
import {
  askAboutRollouts,
  endpointFunction,
  findModels,
  provisionVersions,
  readGoldenSet,
  readCapturedRequests,
  readMetrics,
  readModels,
  readVetoAlarms,
  releaseProvisionedConcurrency,
  sendNotices,
  startRollouts,
  table,
  tellMissingObjects,
  writeRecords,
} from './rights';

const fullTable = table('GetItem', 'PutItem', 'UpdateItem', 'Query', 'DeleteItem');
const ownRollout = table('GetItem', 'PutItem', 'UpdateItem');
/** Handlers that read the settings of endpoints have `fullTable`. */
const storeSettings = table('PutItem', 'DeleteItem');
/** Putting blue back and closing the record, whoever notices that it is needed. */
const restore: readonly Right[] = [
  fullTable,
  endpointFunction('GetAlias', 'UpdateAlias', 'GetFunction'),
  sendNotices,
  writeRecords,
  startRollouts,
  askAboutRollouts,
];
const judge: readonly Right[] = [ownRollout, endpointFunction('GetAlias'), readMetrics, readVetoAlarms, writeRecords];

/** What each handler may do, and nothing else. One row is one role. */
export const PERMISSIONS: Readonly<Record<HandlerName, readonly Right[]>> = {
  'start-rollout': [
    fullTable,
    readModels,
    tellMissingObjects,
    startRollouts,
    askAboutRollouts,
    sendNotices,
    writeRecords,
  ],
  'validate-model': [fullTable, findModels, readModels, readGoldenSet, endpointFunction('GetAlias', 'GetFunction')],
  'deploy-green': [
    ownRollout,
    endpointFunction('GetFunction', 'UpdateFunctionConfiguration', 'PublishVersion'),
    provisionVersions,
  ],
  'verify-green': [ownRollout, endpointFunction('InvokeFunction', 'GetAlias'), readGoldenSet, readCapturedRequests],
  'shift-traffic': [ownRollout, endpointFunction('GetAlias', 'UpdateAlias')],
  'judge-canary': judge,
  'await-approval': [ownRollout, sendNotices],
  'promote-green': [ownRollout, endpointFunction('GetAlias', 'UpdateAlias')],
  'judge-live': judge,
  'finish-rollout': [fullTable, endpointFunction('GetAlias'), sendNotices, writeRecords, startRollouts],
  'discard-green': [ownRollout, endpointFunction('DeleteFunction', 'GetAlias')],
  'restore-blue': restore,
  'safety-net': restore,
  reconcile: restore,
  'teardown-idle': [
    fullTable,
    endpointFunction('GetAlias', 'ListVersionsByFunction', 'ListAliases', 'DeleteFunction'),
    releaseProvisionedConcurrency,
    sendNotices,
  ],
  'live-alias': [
    storeSettings,
    endpointFunction('GetAlias', 'CreateAlias', 'PublishVersion', 'GetFunction'),
    startRollouts,
  ],
};
