import { Aws } from 'aws-cdk-lib';

/** Names of the deployed app that only synth time decides. */

/** The stack's part of names that must be known before the resource exists, so that no circle of references arises. */
export const stateMachineName = (app: string): string => `${app}-rollout`;

/** Dashboards of an account share one list of names in all its regions. */
export const dashboardName = (app: string): string => `${app}-${Aws.REGION}`;
