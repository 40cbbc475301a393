import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { type TransitionEvent, transitionEventSchema } from '../../../lambdas/contract/transition-event';
import type { DeployedApp } from '../../../lab/deployed/deployed-app';
import { emulatorAws } from '../../conformance/emulator/emulator-aws';
import { handedOut, KEEPS_EVENTS } from '../../conformance/functions';

/** What a subscriber of the topic gets. */
export interface HeardNotice {
  readonly subject: string;
  readonly message: string;
}

/** From now on a rule keeps the endpoint's events, and a subscription the notices. Answers what came so far. */
export async function listenFor(app: DeployedApp, endpoint: string) {
  const { aws } = emulatorAws(process.env['AWS_ENDPOINT_URL'] ?? '');
  const events = await aws.listen({
    source: ['greenlight'],
    'detail-type': ['Greenlight Transition'],
    detail: { endpoint: [endpoint] },
  });
  const keeper = await aws.createFunction(KEEPS_EVENTS);
  const { FunctionArn } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: keeper }));
  const TopicArn = app.stack.outputs['NoticesTopicArn'];
  await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: FunctionArn }));
  return {
    events: async (): Promise<readonly TransitionEvent[]> =>
      (await events()).map(({ detail }) => transitionEventSchema.parse(detail)),
    notices: async (): Promise<readonly HeardNotice[]> =>
      (await handedOut(aws, keeper)).flatMap(noticesIn).filter(({ subject }) => subject.includes(`${endpoint}: `)),
  };
}

type Sent = { readonly Sns: { readonly Subject?: string; readonly Message: string } };
const noticesIn = ({ Records }: Readonly<Record<string, unknown>>): readonly HeardNotice[] =>
  (Records as readonly Sent[]).map(({ Sns }) => ({ subject: Sns.Subject ?? '', message: Sns.Message }));
