import type { TeardownReport } from '../../lambdas/adapters/lambda/teardown';
import { labelled } from './text';

/** What a teardown did, or would do. */
export function teardownLines(reports: readonly TeardownReport[], columns: number): readonly string[] {
  return reports.flatMap(({ endpoint, deleted, released, kept, skipped }) => {
    const line = (label: string, text: string) => labelled(label, text, columns, 12);
    const all = (versions: readonly string[]) =>
      versions.length === 0 ? 'nothing' : `versions ${versions.join(', ')}`;
    const onlyWhy = skipped !== undefined && deleted.length + released.length + kept.length === 0;
    return [
      endpoint + (skipped === undefined ? '' : `: ${skipped}`),
      ...(onlyWhy
        ? []
        : [
            ...line('delete', all(deleted)),
            ...line('release', released.length === 0 ? 'no provisioned concurrency' : all(released)),
            ...kept.flatMap(({ version, why }) => line('keep', `version ${version}: ${why}`)),
          ]),
    ];
  });
}
