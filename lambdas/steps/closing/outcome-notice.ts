import { onOneLine } from '../../contract/on-one-line';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { Notice } from '../../ports/notices';

/** What people are told when a rollout has ended. */
export function outcomeNotice(record: RolloutRecord): Notice {
  const green = record.state?.green.version;
  const what =
    green === undefined ? (record.model === undefined ? record.id : fileName(record.model)) : `version ${green}`;
  return {
    severity: isFine(record) ? 'info' : 'failed',
    subject: `${record.endpoint}: ${what} ${inWords(record)}`,
    body: [
      `Endpoint ${record.endpoint}, rollout ${record.id}: ${inWords(record)}.`,
      record.error === undefined ? '' : `${record.error}: ${record.cause ?? ''}`,
      record.model === undefined ? '' : `Model: ${record.model}`,
      record.liveVersionAfter === undefined ? '' : `In service now: version ${record.liveVersionAfter}.`,
      record.reason === '' ? '' : `Why it was started: ${record.reason}`,
      record.report === undefined ? '' : `Report: ${record.report}`,
    ]
      .filter((line) => line !== '')
      // A key, a reason or a cause from outside must not begin a line that looks like one of ours.
      .map(onOneLine)
      .join('\n'),
  };
}

/** "v2.onnx" of s3://bucket/models/digits/v2.onnx?versionId=…: subjects are short. */
const fileName = (address: string): string => (address.split('?versionId=')[0] ?? address).split('/').at(-1) ?? address;

const isFine = (record: RolloutRecord): boolean => record.error === undefined;

function inWords(record: RolloutRecord): string {
  switch (record.outcome) {
    case 'promoted':
      return 'was promoted';
    case 'promoted-first':
      return 'was promoted, the first model of this endpoint';
    case 'already-live':
      return record.state?.plan.action === 'rollback'
        ? 'is live again, since the rollback stopped the rollout that ran'
        : 'is live already, nothing was done';
    case 'dry-run-passed':
      return 'passed its dry run and was deleted again';
    case 'aborted':
      return 'was stopped in the canary';
    case 'reverted':
      return 'was taken back after promotion';
    case 'rejected':
      return 'was refused before any traffic';
    case undefined:
      return 'ended';
  }
}
