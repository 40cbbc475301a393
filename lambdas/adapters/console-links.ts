import { CONSOLE_HOSTS, dashboardPath, type Partition, ENV } from '../contract/names';
import { parseModelAddress } from '../domain/rollout';
import { type AdapterContext, requiredVariable } from './sdk/context';

/** Addresses in AWS's console that a person can open. */
export interface ConsoleLinks {
  /** The app among all of them: its state machine's name, region and account. */
  readonly app: string;
  linkToStateMachine(): string;
  /** Undefined when the app has no dashboard. */
  linkToDashboard(): string | undefined;
  linkToExecution(executionArn: string): string;
  /** @param address `s3://BUCKET/KEY` */
  linkToObject(address: string): string;
}

const isKnown = (partition: string): partition is Partition => Object.hasOwn(CONSOLE_HOSTS, partition);

/** A partition that is not known yet is taken for one like `aws`. */
function consoleOf(partition: string, region: string): string {
  return isKnown(partition) && partition !== 'aws'
    ? `https://${CONSOLE_HOSTS[partition]}`
    : `https://${region}.${CONSOLE_HOSTS.aws}`;
}

/** Partition and region are those of the state machine's ARN, `arn:aws-cn:states:cn-north-1:…`. */
export function consoleLinks(context: AdapterContext): ConsoleLinks {
  const stateMachineArn = requiredVariable(context, ENV.stateMachine);
  const [, partition = 'aws', , region = '', account = '', , name = ''] = stateMachineArn.split(':');
  const dashboardName = context.env[ENV.dashboard] ?? '';
  const home = consoleOf(partition, region);
  return {
    app: `${name}/${region}/${account}`,
    linkToStateMachine: () => `${home}/states/home?region=${region}#/statemachines/view/${stateMachineArn}`,
    linkToDashboard: () =>
      dashboardName === '' ? undefined : `${home}/${dashboardPath(region, encodeURIComponent(dashboardName))}`,
    linkToExecution: (executionArn) => `${home}/states/home?region=${region}#/v2/executions/details/${executionArn}`,
    linkToObject: (address) => {
      const { bucket = '', key = '' } = parseModelAddress(address) ?? {};
      return `${home}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`;
    },
  };
}
