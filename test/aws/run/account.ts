import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Clients } from '../../../lab/deployed/clients';
import { APP_STACK, QUESTIONS_STACK } from '../stack/names';

/** The account was never bootstrapped for the CDK; the message says how. Nothing was created. */
export class NotBootstrapped extends Error {
  override readonly name = 'NotBootstrapped';
}

/** A stack of the test's name is there already: of another run, or left by one. Nothing was created. */
export class LeftFromBefore extends Error {
  override readonly name = 'LeftFromBefore';
}

export interface Account {
  readonly id: string;
  readonly region: string;
}

/** `arn:aws:cloudformation:eu-west-1:123456789012:stack/…`; undefined when there is no such stack. */
export async function stackId({ cloudformation }: Clients, StackName: string): Promise<string | undefined> {
  try {
    const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack?.StackId;
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Where the credentials lead. @throws {NotBootstrapped} @throws {LeftFromBefore} */
export async function checkAccount(clients: Clients): Promise<Account> {
  const toolkit = await stackId(clients, 'CDKToolkit');
  if (toolkit === undefined)
    throw new NotBootstrapped('there is no stack CDKToolkit in this account and region: run npx cdk bootstrap first');
  for (const name of [APP_STACK, QUESTIONS_STACK])
    if ((await stackId(clients, name)) !== undefined)
      throw new LeftFromBefore(`stack ${name} exists already; GREENLIGHT_AWS_TEST=destroy npm run test:aws deletes it`);
  const [, , , region = '', id = ''] = toolkit.split(':');
  return { id, region };
}
