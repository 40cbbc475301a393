import { ENV } from '../contract/names';
import { parseModelAddress } from '../domain/model-address';
import type { ConsoleLinks } from '../ports/console-links';
import type { AdapterContext } from './context';
import { requiredVariable } from './required-variable';

/** Each of AWS's partitions has consoles of its own; China's and GovCloud's have no host for each region. */
function consoleOf(partition: string, region: string): string {
  switch (partition) {
    case 'aws-cn':
      return 'https://console.amazonaws.cn';
    case 'aws-us-gov':
      return 'https://console.amazonaws-us-gov.com';
    default:
      return `https://${region}.console.aws.amazon.com`;
  }
}

/** Partition and region are those of the state machine's ARN, `arn:aws-cn:states:cn-north-1:…`. */
export function consoleLinks(context: AdapterContext): ConsoleLinks {
  const [, partition = 'aws', , region = ''] = requiredVariable(context, ENV.stateMachine).split(':');
  const dashboardName = context.env[ENV.dashboard] ?? '';
  const home = consoleOf(partition, region);
  return {
    dashboard: () =>
      dashboardName === ''
        ? undefined
        : `${home}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(dashboardName)}`,
    execution: (executionArn) => `${home}/states/home?region=${region}#/v2/executions/details/${executionArn}`,
    object: (address) => {
      const { bucket = '', key = '' } = parseModelAddress(address) ?? {};
      return `${home}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`;
    },
  };
}
