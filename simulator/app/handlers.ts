import type { HandlerName } from '../../lib/handlers';
import { create as announce } from '../../lambdas/handlers/announce';
import { create as awaitApproval } from '../../lambdas/handlers/await-approval';
import { create as callHook } from '../../lambdas/handlers/call-hook';
import { create as dashboardAct } from '../../lambdas/handlers/dashboard-act';
import { create as dashboardView } from '../../lambdas/handlers/dashboard-view';
import { create as deployGreen } from '../../lambdas/handlers/deploy-green';
import { create as discardGreen } from '../../lambdas/handlers/discard-green';
import { create as finishRollout } from '../../lambdas/handlers/finish-rollout';
import { create as handOutWork } from '../../lambdas/handlers/hand-out-work';
import { create as judgeCanary } from '../../lambdas/handlers/judge-canary';
import { create as judgeLive } from '../../lambdas/handlers/judge-live';
import { create as liveAlias } from '../../lambdas/handlers/live-alias';
import { create as promoteGreen } from '../../lambdas/handlers/promote-green';
import { create as reconcile } from '../../lambdas/handlers/reconcile';
import { create as replayTraffic } from '../../lambdas/handlers/replay-traffic';
import { create as restoreBlue } from '../../lambdas/handlers/restore-blue';
import { create as safetyNet } from '../../lambdas/handlers/safety-net';
import { create as shiftTraffic } from '../../lambdas/handlers/shift-traffic';
import { create as startRollout } from '../../lambdas/handlers/start-rollout';
import { create as teardownIdle } from '../../lambdas/handlers/teardown-idle';
import { create as validateModel } from '../../lambdas/handlers/validate-model';
import { create as verifyGreen } from '../../lambdas/handlers/verify-green';
import type { CreateHandler } from '../../lambdas/handlers/wiring/lambda-handler';

/** Every handler of the app, as the embedded engine runs them: the same code that is deployed, with other clients. */
export const appHandlers: Readonly<Record<HandlerName, CreateHandler>> = {
  announce,
  'await-approval': awaitApproval,
  'call-hook': callHook,
  'dashboard-act': dashboardAct,
  'dashboard-view': dashboardView,
  'deploy-green': deployGreen,
  'discard-green': discardGreen,
  'finish-rollout': finishRollout,
  'hand-out-work': handOutWork,
  'judge-canary': judgeCanary,
  'judge-live': judgeLive,
  'live-alias': liveAlias,
  'promote-green': promoteGreen,
  reconcile,
  'replay-traffic': replayTraffic,
  'restore-blue': restoreBlue,
  'safety-net': safetyNet,
  'shift-traffic': shiftTraffic,
  'start-rollout': startRollout,
  'teardown-idle': teardownIdle,
  'validate-model': validateModel,
  'verify-green': verifyGreen,
};
