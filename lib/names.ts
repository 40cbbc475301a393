/** Names of the deployed app that only synth time decides. */

/** The stack's part of names that must be known before the resource exists, so that no circle of references arises. */
export const stateMachineName = (app: string): string => `${app}-rollout`;
