import { Duration } from 'aws-cdk-lib';
import type { HandlerName } from '../lambdas/contract/names';
import type { ENV } from '../lambdas/contract/names';

export type HandlerVariable = keyof typeof ENV;

export interface HandlerSettings {
  readonly timeout: Duration;
  readonly memoryMB: number;
  /** Runs on events, so that nobody waits for its answer: AWS retries it, and what fails for good is a dead letter. */
  readonly onEvents: boolean;
  readonly env: readonly HandlerVariable[];
  readonly does: string;
}

/** They put blue back, when all else has failed. */
export const SAFETY_HANDLERS: readonly HandlerName[] = ['restore-blue', 'safety-net', 'reconcile'];

const step = (does: string, env: readonly HandlerVariable[], more: Partial<HandlerSettings> = {}): HandlerSettings => ({
  timeout: Duration.seconds(60),
  memoryMB: 512,
  onEvents: false,
  env: ['table', ...env],
  does,
  ...more,
});

/** How long and how large each handler is, and what it is told. */
export const HANDLERS: Readonly<Record<HandlerName, HandlerSettings>> = {
  'start-rollout': step('Starts a rollout for an uploaded model', ['bucket', 'stateMachine'], {
    onEvents: true,
  }),
  // Reads the whole model once to hash it and look inside.
  'validate-model': step('Reads the input and checks the model before anything changes', ['bucket', 'stateMachine'], {
    timeout: Duration.minutes(5),
    memoryMB: 1024,
  }),
  'deploy-green': step('Publishes the model as a new version: green', ['bucket'], { timeout: Duration.minutes(5) }),
  'verify-green': step('Tests green before any user sees it', ['bucket'], { timeout: Duration.minutes(10) }),
  'shift-traffic': step('Gives green its next share of live traffic', []),
  'judge-canary': step("Compares green's minutes with blue's", ['bucket']),
  'await-approval': step('Asks a person for approval', []),
  'promote-green': step('Points the live alias at green', []),
  'judge-live': step('Watches green after promotion', ['bucket']),
  'finish-rollout': step('Closes the record and starts what waited', ['bucket', 'stateMachine']),
  'discard-green': step('Deletes green after a dry run', []),
  'restore-blue': step('Puts blue back and says why', ['bucket', 'stateMachine']),
  'safety-net': step('Puts blue back when a rollout was stopped from outside', ['bucket', 'stateMachine'], {
    onEvents: true,
  }),
  // Each endpoint takes some 300 ms: two hundred in a minute.
  reconcile: step('Finds endpoints left half-shifted, and puts blue back', ['bucket', 'stateMachine'], {
    timeout: Duration.minutes(4),
    onEvents: true,
  }),
  'teardown-idle': step('Deletes versions that nothing needs any more', [], { onEvents: true }),
  'live-alias': step(
    'Creates the live alias once, stores the settings, starts a rollout when code or settings changed',
    ['stateMachine'],
    // A minute until new policies are everywhere, and what it has to do before and after.
    { timeout: Duration.minutes(3) },
  ),
  announce: step('Publishes what was announced, to people and programs', ['topic', 'stateMachine', 'dashboard'], {
    onEvents: true,
  }),
  'dashboard-view': step("Shows the dashboard's widgets, and changes nothing", ['stateMachine'], {
    timeout: Duration.seconds(30),
  }),
  // Waits for blue to be back after an abort, not longer than somebody looks at a page that loads.
  'dashboard-act': step('Carries out what a person clicks on the dashboard', ['stateMachine'], {
    timeout: Duration.seconds(60),
  }),
};
