/**
 * The console of each of AWS's partitions. That of `aws` also has a host for each region, with the region in front; China
 * and GovCloud have none.
 */
export const CONSOLE_HOSTS = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
} as const;
export type Partition = keyof typeof CONSOLE_HOSTS;

/** Below the console's host. */
export const dashboardPath = (region: string, encodedName: string): string =>
  `cloudwatch/home?region=${region}#dashboards/dashboard/${encodedName}`;
