/** Names of the deployed app that only synth time decides. */

/** Where a sample of live requests is kept for replay. */
export const CAPTURED_PREFIX = 'captured/';

/** The stack's part of names that must be known before the resource exists, so that no circle of references arises. */
export const stateMachineName = (app: string): string => `${app}-rollout`;
export const settingsPath = (app: string): string => `/greenlight/${app}`;
