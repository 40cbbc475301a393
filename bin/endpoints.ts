import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';

/**
 * Your endpoints: the one file to change. Only `name` is required; every other setting has a default, listed with its
 * meaning in docs/reference/settings.md. `npm run synth` lists every problem at once.
 */
export const endpoints: EndpointSettingsInput[] = [
  {
    // Upload models to s3://<bucket>/models/digits/<anything>.onnx, and each one starts a rollout.
    name: 'digits',
    // Any model that loads and answers is let in so far. Next, hold models to requests with known answers, which each
    // must pass beside the one in service before any user meets it. Upload the file first:
    // aws s3 cp examples/digits/golden.json s3://<bucket>/golden/digits.json
    // goldenSet: { key: 'golden/digits.json' },
    // memoryMB: 1024,
    // strategy: 'Progressive',
    // approval: { mode: 'before-promote' },
  },
];
