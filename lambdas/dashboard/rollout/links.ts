import type { RolloutRecord } from '../../contract/rollout-record';
import { parseModelAddress } from '../../domain/model-address';
import { html } from '../../report/html';
import type { Html } from '../../report/html';

/** Where to read more in the console; only what the record's own names tell. */
export function links({ executionArn, report }: RolloutRecord): Html {
  const found = [
    ...(executionArn === undefined ? [] : linkTo(executionArn, 'The execution', executionPath(executionArn))),
    ...(executionArn === undefined || report === undefined
      ? []
      : linkTo(executionArn, 'The report', reportPath(report))),
  ];
  return found.length === 0 ? html`` : html`<p class="small">${found}</p>`;
}

/** arn:aws:states:eu-west-1:123456789012:execution:… */
const REGION = /^arn:aws:states:([a-z0-9-]+):\d{12}:execution:/;

function linkTo(executionArn: string, label: string, path: string | undefined): readonly Html[] {
  const region = REGION.exec(executionArn)?.[1];
  if (region === undefined || path === undefined) return [];
  const address = `https://${region}.console.aws.amazon.com/${path.replace('REGION', region)}`;
  return [html`<a href="${address}" target="_blank" rel="noopener">${label}</a> `];
}

const executionPath = (arn: string): string => `states/home?region=REGION#/v2/executions/details/${encodeURI(arn)}`;

function reportPath(report: string): string | undefined {
  const at = parseModelAddress(report);
  return at && `s3/object/${encodeURIComponent(at.bucket)}?region=REGION&prefix=${encodeURIComponent(at.key)}`;
}
