import type { Versions } from '../ports/versions';
import type { AdapterContext } from './context';
import { lambdaClient } from './lambda-client';
import { provisionedConcurrencyCalls } from './lambda-versions/provisioned-concurrency';
import { versionChanges } from './lambda-versions/changes';
import { findVersion } from './lambda-versions/facts';
import { versionLists } from './lambda-versions/lists';

/** Published versions in Lambda. */
export const lambdaVersions = (context: AdapterContext): Versions => {
  const client = lambdaClient(context);
  return {
    find: findVersion(client),
    ...versionLists(client),
    ...versionChanges(client),
    ...provisionedConcurrencyCalls(client),
  };
};
