import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AppResources, EndpointResources } from '../app-resources';

/** One thing that a handler may do, in the app as a whole or with one endpoint. */
export type Right =
  | { readonly of: 'app'; readonly statements: (app: AppResources) => readonly PolicyStatement[] }
  | {
      readonly of: 'endpoint';
      readonly statements: (app: AppResources, endpoint: EndpointResources) => readonly PolicyStatement[];
    };

export const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

export const inApp = (statements: (app: AppResources) => readonly PolicyStatement[]): Right => ({
  of: 'app',
  statements,
});

export const perEndpoint = (
  statements: (app: AppResources, endpoint: EndpointResources) => readonly PolicyStatement[],
): Right => ({ of: 'endpoint', statements });
