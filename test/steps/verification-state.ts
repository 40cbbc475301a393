import { type EndpointSettingsInput, endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { type RolloutState, rolloutStateSchema } from '../../lambdas/contract/rollout-state';

const model = { bucket: 'b', key: 'models/digits/v1.onnx', versionId: 'v', sha256: 'ab'.repeat(32) };

/** A rollout of `digits` that VerifyGreen gets: version 1 is blue, version 2 green. */
export function verificationState(
  settings: Partial<EndpointSettingsInput> = {},
  plan: Partial<RolloutState['plan']> = {},
  builtIn = true,
): RolloutState {
  return rolloutStateSchema.parse({
    id: 'r-1',
    executionArn: 'arn:execution',
    startedAt: '2026-11-23T09:00:00Z',
    endpoint: 'digits',
    config: {
      settings: endpointSettingsSchema.parse({ name: 'digits', ...settings }),
      functionName: 'digits-function',
      builtIn,
    },
    plan: {
      action: 'rollout',
      strategy: 'AllAtOnce',
      steps: [],
      reason: '',
      startedBy: 'me',
      dryRun: false,
      force: false,
      ...plan,
    },
    phase: 'before-traffic',
    blue: { version: '1', model },
    green: { version: '2', model },
    alias: { revisionId: 'r' },
    waitSeconds: 1,
    next: 'verify',
    weights: [],
    timeline: [],
  });
}
