import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers in the bundles: Lambda gives a function its credentials in the
 * environment, so the others (profiles, single sign-on, instance metadata) would be over 100 KB of code that never
 * runs.
 */
export const defaultProvider = () => fromEnv();
