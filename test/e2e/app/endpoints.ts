import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';

/** The function that is asked about each rollout of `tried`. */
export const HOOK = 'greenlight-e2e-hook';

/** Endpoints of the app under test: one per story, so that the stories run side by side and none can spoil another. */
export const endpoints = {
  /** A good model on its whole way: first rollout, canary, promotion, rollback. */
  good: { ...quick('good'), goldenSet: { key: 'golden/digits.json', minAccuracy: 0.9 } },
  /** A model that throws in front of users alone. */
  bad: quick('bad'),
  /** Executions that a person stops in the middle. */
  stopped: quick('stopped'),
  /** Uploads that are refused, come twice, or come too early. */
  uploads: { ...quick('uploads'), strategy: 'AllAtOnce' },
  /** Versions that become idle at once, for the schedules. */
  idle: { ...quick('idle'), strategy: 'AllAtOnce', rollbackWindowMinutes: 0, keepVersions: 1 },
  /** Everything that a person types. Who goes back within the hour needs no canary. */
  typed: { ...quick('typed'), rollbackWindowMinutes: 60, keepVersions: 1 },
  /** Requests that both versions answer before users do. */
  replayed: quick('replayed'),
  /** A person must agree to every promotion. */
  asked: { ...quick('asked'), strategy: 'AllAtOnce', approval: { mode: 'before-promote', timeoutMinutes: 60 } },
  /** What testers, and a function of the user's, see before any user does. */
  tried: {
    ...quick('tried'),
    strategy: 'AllAtOnce',
    drill: true,
    approval: { mode: 'before-traffic', timeoutMinutes: 60 },
    hooks: { beforeTraffic: { function: HOOK } },
  },
} as const satisfies Readonly<Record<string, EndpointSettingsInput>>;

/** examples/python-endpoint, a function of one's own that counts its answers. */
export const churn: EndpointSettingsInput = {
  ...quick('churn'),
  suffix: '.pkl',
  feedback: false,
  goldenSet: { key: 'golden/churn.json', minAccuracy: 0.7 },
};
/** Where the function finds its packages: on Lambda they are in its zip. */
export const PYTHON_PATH = 'GREENLIGHT_E2E_PYTHON_PATH';

/** The only endpoint of the second app, which lives from its first deploy to its last. */
export const only: EndpointSettingsInput = { ...quick('only'), strategy: 'AllAtOnce' };

/**
 * One weight, one minute of bake, no watch: with the two minutes in which CloudWatch's numbers settle a canary takes
 * about four. At five requests a second green gets 150 in that minute. Harm margins are wide enough for so few to prove
 * that there is none: (1 - 0.1)^150 = 1e-7. Latency is not judged: on a machine that does everything else too it says
 * more about the machine.
 */
function quick(name: string) {
  return {
    name,
    memoryMB: 512,
    maxModelMB: 50,
    strategy: { steps: [{ weight: 50, bakeMinutes: 1 }] },
    watchMinutes: 0,
    uploadsMayChoose: 'anything',
    onInsufficientEvidence: { extendMinutes: 2, then: 'abort' },
    gates: {
      errors: { harm: { points: 0.1 } },
      predictions: { tolerancePoints: 0.1, harmPoints: 0.3 },
      throttles: { harm: { points: 0.1 } },
      latency: false,
    },
  } as const satisfies EndpointSettingsInput;
}
