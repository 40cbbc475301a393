import { type LambdaClient, ListAliasesCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { PROTECTING_ALIAS } from '../../contract/names';
import type { Versions } from '../../ports/versions';
import { pagesOf } from '../pages';
import { isVersionNumber } from '../version-number';

export const versionLists = (client: LambdaClient): Pick<Versions, 'list' | 'usedByAliases'> => ({
  list: async (functionName) => {
    const versions: string[] = [];
    const pages = pagesOf('ListVersionsByFunction', async (marker?: string) => {
      const command = new ListVersionsByFunctionCommand({
        FunctionName: functionName,
        ...(marker && { Marker: marker }),
      });
      const { Versions: items = [], NextMarker: next } = await client.send(command);
      return { items, next: next || undefined };
    });
    for await (const page of pages) versions.push(...page.map((one) => one.Version ?? '').filter(isVersionNumber));
    return versions;
  },
  usedByAliases: async (functionName) => {
    const used = new Set<string>();
    const pages = pagesOf('ListAliases', async (marker?: string) => {
      const command = new ListAliasesCommand({ FunctionName: functionName, ...(marker && { Marker: marker }) });
      const { Aliases: items = [], NextMarker: next } = await client.send(command);
      return { items, next: next || undefined };
    });
    for await (const page of pages)
      for (const alias of page) {
        // Ours keeps others from deleting what we may need; what it is on is judged by whether we still do.
        if (alias.Name === PROTECTING_ALIAS) continue;
        if (alias.FunctionVersion) used.add(alias.FunctionVersion);
        for (const version of Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {})) used.add(version);
      }
    return [...used];
  },
});
