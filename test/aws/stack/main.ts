/* The CDK app of the AWS test: `cdk --app "npx tsx test/aws/stack/main.ts"`. */
import { App, Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import { GreenlightStack } from '../../../lib/greenlight-stack';
import { APP_STACK, ENDPOINT, QUESTIONS_STACK, TAG } from './names';
import { QuestionsStack } from './questions-stack';

/**
 * A canary of two minutes at half of the traffic: at five requests a second green gets 300, and margins of harm so wide
 * that these prove there is none. Latency is left out, because so few requests prove little about it.
 */
const endpoint: EndpointSettingsInput = {
  name: ENDPOINT,
  memoryMB: 512,
  maxModelMB: 50,
  goldenSet: { key: 'golden/digits.json', minAccuracy: 0.9 },
  strategy: { steps: [{ weight: 50, bakeMinutes: 2 }] },
  watchMinutes: 1,
  // Of five requests a second: one is written to S3 after its answer.
  captureSampleRate: 0.2,
  onInsufficientEvidence: { extendMinutes: 4, then: 'abort' },
  gates: {
    errors: { harm: { points: 0.1 } },
    predictions: { tolerancePoints: 0.1, harmPoints: 0.3 },
    throttles: { harm: { points: 0.1 } },
    latency: false,
  },
};

const app = new App();
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
Tags.of(app).add(TAG.name, TAG.value);
new GreenlightStack(app, APP_STACK, {
  endpoints: [endpoint],
  architecture,
  logRetention: RetentionDays.ONE_DAY,
  removalPolicy: RemovalPolicy.DESTROY,
  teardownEvery: Duration.minutes(2),
});
new QuestionsStack(app, QUESTIONS_STACK, {
  architecture,
  changed: app.node.tryGetContext('changed') === 'yes',
});
