import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { randomBytes } from 'node:crypto';
import { until } from '../../until';
import type { ProbeSetting } from './probe-function';

interface Logged {
  readonly events?: readonly { readonly message: string }[];
}

export interface HeardEvent {
  readonly source?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Lets the probes' function listen to a source of events, acts, and answers the first event that is as wanted. */
export async function heardAfter(
  setting: ProbeSetting,
  source: string,
  act: () => Promise<void>,
  wanted: (event: HeardEvent) => boolean,
): Promise<HeardEvent | undefined> {
  const events = new EventBridgeClient(setting.config);
  const Name = `gateway-probe-${randomBytes(4).toString('hex')}`;
  const Arn = setting.functionArn;
  await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify({ source: [source] }) }));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'probe', Arn }] }));
  try {
    await act();
    return await until(async () => (await heard(setting)).find(wanted), { withinMs: 3_000, everyMs: 100 });
  } finally {
    await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['probe'] }));
    await events.send(new DeleteRuleCommand({ Name }));
    events.destroy();
  }
}

/** The function logs the events that it gets. */
async function heard({ upstream, functionName }: ProbeSetting): Promise<readonly HeardEvent[]> {
  const input = { logGroupName: `/aws/lambda/${functionName}`, filterPattern: '"detail-type"' };
  const logged = await upstream.call<Logged>('Logs_20140328.FilterLogEvents', input);
  return (logged?.events ?? []).map(({ message }) => JSON.parse(message) as HeardEvent);
}
