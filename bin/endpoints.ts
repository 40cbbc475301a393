import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';

/**
 * Your endpoints: the one file to change. Only `name` is required; every other setting has a default, listed with its
 * meaning in lambdas/contract/endpoint-settings.ts. `npm run synth` tells every mistake at once.
 */
export const endpoints: EndpointSettingsInput[] = [
  {
    // Upload models to s3://<bucket>/models/digits/<anything>.onnx, and each one starts a rollout.
    name: 'digits',
    memoryMB: 1024,
    // Requests with known answers that a model must pass before any user sees it. Upload the file first:
    // aws s3 cp examples/digits/golden.json s3://<bucket>/golden/digits.json
    goldenSet: { key: 'golden/digits.json', minAccuracy: 0.9 },
    // strategy: 'Progressive',
    // approval: { mode: 'before-promote' },
  },
];
