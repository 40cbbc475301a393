import { type LambdaClient, ListAliasesCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import type { Versions } from '../../ports/versions';
import { isVersionNumber } from '../version-number';

export const versionLists = (client: LambdaClient): Pick<Versions, 'list' | 'usedByAliases'> => ({
  list: async (functionName) => {
    const versions: string[] = [];
    let marker: string | undefined;
    do {
      const page = await client.send(
        new ListVersionsByFunctionCommand({ FunctionName: functionName, ...(marker && { Marker: marker }) }),
      );
      versions.push(...(page.Versions ?? []).map((one) => one.Version ?? '').filter(isVersionNumber));
      marker = page.NextMarker;
    } while (marker);
    return versions;
  },
  usedByAliases: async (functionName) => {
    const used = new Set<string>();
    let marker: string | undefined;
    do {
      const page = await client.send(
        new ListAliasesCommand({ FunctionName: functionName, ...(marker && { Marker: marker }) }),
      );
      for (const alias of page.Aliases ?? []) {
        if (alias.FunctionVersion) used.add(alias.FunctionVersion);
        for (const version of Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {})) used.add(version);
      }
      marker = page.NextMarker;
    } while (marker);
    return [...used];
  },
});
