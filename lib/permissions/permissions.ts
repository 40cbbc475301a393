import type { HandlerName } from '../../lambdas/contract/names';
import type { Right } from './right';
import {
  answerRollouts,
  countUnavailable,
  askBlue,
  askAboutRollouts,
  endpointFunction,
  findModels,
  listRollouts,
  keepClassNames,
  provisionVersions,
  publishEvents,
  readEvidence,
  readGoldenSet,
  readCapturedRequests,
  readMetrics,
  readModels,
  readStream,
  readVetoAlarms,
  releaseProvisionedConcurrency,
  sendNotices,
  startRollouts,
  stopRollouts,
  table,
  tellMissingObjects,
  writeRecords,
} from './rights';

/** The settings of all endpoints, and what there is of one. */
const lookUp = table('GetItem', 'Query');
/** The lock's lease is an update, the record a put. */
const ownRollout = table('PutItem', 'UpdateItem');
const storeSettings = table('PutItem', 'DeleteItem');
/** Putting blue back and closing the record, whoever notices that it is needed. */
const restore: readonly Right[] = [
  lookUp,
  table('PutItem', 'DeleteItem'),
  endpointFunction('GetAlias', 'GetFunction', 'UpdateAlias'),
  readModels,
  tellMissingObjects,
  writeRecords,
  readEvidence,
  startRollouts,
  askAboutRollouts,
];
const judge: readonly Right[] = [
  table('GetItem'),
  ownRollout,
  endpointFunction('GetAlias'),
  readMetrics,
  readVetoAlarms,
  writeRecords,
];

/** What each handler may do, and nothing else. One row is one role. */
export const PERMISSIONS: Readonly<Record<HandlerName, readonly Right[]>> = {
  'start-rollout': [
    lookUp,
    table('PutItem', 'DeleteItem'),
    readModels,
    tellMissingObjects,
    startRollouts,
    askAboutRollouts,
    writeRecords,
  ],
  'validate-model': [
    lookUp,
    table('PutItem'),
    findModels,
    readModels,
    readGoldenSet,
    readVetoAlarms,
    askBlue,
    endpointFunction('GetAlias', 'GetFunction'),
    askAboutRollouts,
    stopRollouts,
  ],
  'deploy-green': [
    ownRollout,
    endpointFunction('GetFunction', 'UpdateFunctionConfiguration', 'PublishVersion'),
    provisionVersions,
    keepClassNames,
  ],
  'verify-green': [
    table('GetItem'),
    ownRollout,
    endpointFunction('GetFunction', 'GetProvisionedConcurrencyConfig', 'InvokeFunction'),
    readGoldenSet,
    readCapturedRequests,
    readMetrics,
  ],
  'shift-traffic': [ownRollout, endpointFunction('GetAlias', 'UpdateAlias')],
  'judge-canary': judge,
  'await-approval': [ownRollout],
  // And an alias of its own that keeps blue from being deleted.
  'promote-green': [table('GetItem'), ownRollout, endpointFunction('CreateAlias', 'GetAlias', 'UpdateAlias')],
  // It asks both versions where users see green fail, and the alias where nobody asks.
  'judge-live': [...judge, endpointFunction('InvokeFunction')],
  'finish-rollout': [
    table('GetItem', 'PutItem', 'DeleteItem'),
    writeRecords,
    readEvidence,
    startRollouts,
    askAboutRollouts,
  ],
  'discard-green': [table('GetItem', 'UpdateItem'), endpointFunction('DeleteFunction')],
  'restore-blue': restore,
  'safety-net': restore,
  reconcile: [findModels, readModels, ...restore, listRollouts, endpointFunction('GetFunction'), countUnavailable],
  'teardown-idle': [
    lookUp,
    table('PutItem'),
    endpointFunction('ListVersionsByFunction', 'ListAliases', 'DeleteFunction'),
    releaseProvisionedConcurrency,
  ],
  'live-alias': [
    storeSettings,
    lookUp,
    // And, as an endpoint goes: no rollout of it runs on, and no green keeps a share of traffic.
    endpointFunction('GetAlias', 'CreateAlias', 'PublishVersion', 'GetFunction', 'UpdateAlias'),
    startRollouts,
    stopRollouts,
    askAboutRollouts,
  ],
  announce: [table('GetItem', 'UpdateItem', 'DeleteItem', 'Query'), readStream, publishEvents, sendNotices],
  'dashboard-view': [lookUp, endpointFunction('GetAlias'), askAboutRollouts, readMetrics],
  // And the teardown's function, by its ARN: see lib/dashboard.
  'dashboard-act': [
    lookUp,
    table('PutItem'),
    endpointFunction('GetAlias', 'GetFunction'),
    askAboutRollouts,
    startRollouts,
    stopRollouts,
    answerRollouts,
  ],
};
