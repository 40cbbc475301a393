import * as z from 'zod';
import {
  HOOK_SCHEMA_VERSION,
  hookAnswerSchema,
  type HookEvent,
  hookEventSchema,
} from '../../../lambdas/contract/hooks';

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:Greenlight-digits';
const ID = 'digits-5f0c3a91be27-1';

/** As the hook before promotion gets it, 17 minutes after green's first traffic. */
export const HOOK_EVENT: HookEvent = {
  schemaVersion: HOOK_SCHEMA_VERSION,
  id: `${ID}/beforePromotion`,
  hook: 'beforePromotion',
  at: '2026-11-23T09:18:05.120Z',
  answerBefore: '2026-11-23T09:23:05.120Z',
  endpoint: 'digits',
  rollout: {
    id: ID,
    executionArn: `arn:aws:states:eu-central-1:123456789012:execution:Greenlight-rollout:${ID}`,
    startedAt: '2026-11-23T09:00:00.000Z',
    startedBy: 'upload',
    reason: 'retrain week 47',
    dryRun: false,
  },
  blue: {
    version: '6',
    model: 's3://greenlight-models/models/digits/v6.onnx?versionId=3sL4kqtJlcpXroDTDmJ',
    functionArn: `${ARN}:6`,
  },
  green: {
    version: '7',
    model: 's3://greenlight-models/models/digits/v7.onnx?versionId=PHtexPGjH2y7zBgeYJ',
    functionArn: `${ARN}:7`,
  },
  live: { functionArn: `${ARN}:live` },
  preview: {
    functionArn: `${ARN}:preview`,
    url: 'https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws/',
  },
  traffic: { weight: 10, since: '2026-11-23T09:01:05.120Z' },
  judgement: { verdict: 'pass', reason: 'no harm on errors, latency, predictions, throttles' },
};

const ANSWER = {
  verdict: 'fail',
  reason: '3 of 40 smoke tests fail',
  numbers: [{ name: 'failing tests', value: 3, limit: 0 }],
};

const inJson = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;

/** The JSON Schema of both; the event's lets through members that it does not know, as readers must. */
export const hooksSchema = (): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'What a hook of Greenlight gets, and what it answers',
      $defs: {
        event: z.toJSONSchema(hookEventSchema, { io: 'input', target: 'draft-2020-12' }),
        answer: z.toJSONSchema(hookAnswerSchema, { io: 'input', target: 'draft-2020-12' }),
      },
    },
    undefined,
    2,
  )}\n`;

export const hooksPage = (generated: string): string =>
  [
    '# Hooks: event and answer',
    generated,
    `Made of [\`lambdas/contract/hooks.ts\`](../../lambdas/contract/hooks.ts); \`schemaVersion\` is ` +
      `\`${HOOK_SCHEMA_VERSION}\`. [As JSON Schema](hooks.schema.json). [The guide](../guides/hooks.md) says when ` +
      'each is called and what follows.',
    '## Event',
    'Times are in UTC. `blue` is absent of the first model of an endpoint, `traffic.since` before green has any, ' +
      '`preview.url` where the endpoint has no preview. A new member raises the second number of the version, a ' +
      'member that goes or means something else the first.',
    inJson(HOOK_EVENT),
    '## Answer',
    '`verdict` and `reason` (1 to 1,000 characters) are required. `numbers` are up to 20, each with a `name` and ' +
      'a `value`, and a `limit` and a `unit` where there are any. Other members are refused by name. Anything that ' +
      'is no such answer is no pass: `HookError`.',
    inJson(ANSWER),
  ].join('\n\n') + '\n';
