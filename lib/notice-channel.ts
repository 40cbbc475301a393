import { Duration, type SecretValue } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { ApiDestination } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { EVENT_DETAIL_TYPE, EVENT_SOURCE } from '../lambdas/contract/names';
import type { Severity } from '../lambdas/contract/transition-event';
import type { GreenlightControlPlane } from './control-plane';

/** Where notices go, and what they look like there. `slack`, `teams` and `pagerDuty` make one. */
export interface NoticeService {
  /** The https address that messages are posted to. */
  readonly endpoint: string;
  /** How EventBridge proves who it is; secrets stay in Secrets Manager. */
  readonly connection: Pick<
    events.ConnectionProps,
    'authorization' | 'bodyParameters' | 'headerParameters' | 'queryStringParameters'
  >;
  /** Which events: those that have this member, as far as it has a text. */
  readonly tells: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
  /**
   * The JSON that is posted; `EventField.fromPath` as the whole of a member's value stands for a member of the event.
   */
  readonly message: Readonly<Record<string, unknown>>;
}

/** Who is told of what. */
export interface NoticeChannelProps {
  /** A `Greenlight` or a `GreenlightControlPlane`. */
  readonly greenlight: Pick<GreenlightControlPlane, 'stateMachine' | 'deadLetters' | 'channels'>;
  /** What `slack`, `teams` or `pagerDuty` makes, or a service of your own. */
  readonly to: NoticeService;
  /**
   * How severe an event is that is told.
   * @default - all
   */
  readonly severities?: readonly Severity[];
  /**
   * Names of the endpoints whose events are told.
   * @default - all
   */
  readonly endpoints?: readonly string[];
}

/**
 * Notices in a chat or a pager, without code in between: a rule on the events that Greenlight publishes, an input
 * transformer that makes the message, and an API destination whose secrets EventBridge keeps in Secrets Manager. What
 * the service does not take within an hour is a dead letter, which has an alarm.
 */
export class NoticeChannel extends Construct {
  constructor(scope: Construct, id: string, { greenlight, to, severities, endpoints }: NoticeChannelProps) {
    super(scope, id);
    const destination = new events.ApiDestination(this, 'Destination', {
      connection: new events.Connection(this, 'Connection', to.connection),
      endpoint: to.endpoint,
      httpMethod: events.HttpMethod.POST,
      // Chats take about one message a second.
      rateLimitPerSecond: 1,
    });
    new events.Rule(this, 'Rule', {
      description: `Tells ${new URL(to.endpoint).host} of rollouts`,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: [EVENT_DETAIL_TYPE],
        resources: [greenlight.stateMachine.stateMachineArn],
        detail: {
          ...to.tells,
          ...(severities && { severity: severities }),
          ...(endpoints && { endpoint: endpoints }),
        },
      },
      targets: [
        new ApiDestination(destination, {
          event: events.RuleTargetInput.fromObject(to.message),
          deadLetterQueue: greenlight.deadLetters,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    greenlight.channels.push(this.node.path);
  }
}

/**
 * Only as the whole value of a member: EventBridge then writes it as JSON. Within other text it would put it in as it
 * is, quotes and all; and a text that is missing is empty, which chats refuse: each of these is always there.
 */
const of = (path: string): string => events.EventField.fromPath(`$.detail.${path}`);

const EXISTS = [{ exists: true }] as const;
const ACT = 'Look and act';
const READ = 'Read why';

/** A channel of Slack. */
export interface SlackProps {
  /** The channel's id, such as `C024BE91L`: names change. The app that has the token must be in it. */
  readonly channel: string;
  /** Of a Slack app with the scope `chat:write`: `xoxb-…`. */
  readonly botToken: SecretValue;
}

/** Slack's `chat.postMessage`. Every text is plain: what people and models wrote is no link and calls no one. */
export function slack({ channel, botToken }: SlackProps): NoticeService {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const section = (text: string) => ({ type: 'section', text: plain(text) });
  const button = (id: string, text: string, url: string, style?: 'primary') => ({
    type: 'button',
    action_id: id,
    text: plain(text),
    url,
    ...(style && { style }),
  });
  return {
    endpoint: 'https://slack.com/api/chat.postMessage',
    connection: { authorization: events.Authorization.apiKey('Authorization', botToken) },
    tells: { notice: { title: EXISTS } },
    message: {
      channel,
      // What a phone shows of it before it is opened.
      text: of('notice.title'),
      unfurl_links: false,
      blocks: [
        { type: 'header', text: plain(of('notice.title')) },
        section(of('notice.inService')),
        section(of('notice.toDo')),
        section(of('notice.says')),
        {
          type: 'actions',
          elements: [button('act', ACT, of('links.act'), 'primary'), button('read', READ, of('links.read'))],
        },
      ],
    },
  };
}

/** A channel of Microsoft Teams. */
export interface TeamsProps {
  /** Address of the workflow "Post to a channel when a webhook request is received", without its parameter `sig`. */
  readonly workflowUrl: string;
  /** The value of `sig`, as it stands in the address: who has it can post. */
  readonly signature: SecretValue;
}

/** A workflow of Microsoft Teams. Text runs know no Markdown, so that what people and models wrote is no link. */
export function teams({ workflowUrl, signature }: TeamsProps): NoticeService {
  if (new URL(workflowUrl).searchParams.has('sig'))
    throw new Error('workflowUrl: must not have the parameter sig, which is a secret; give it as signature');
  const line = (text: string, more: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...more }],
  });
  return {
    endpoint: workflowUrl,
    connection: {
      // The signature is what lets in; EventBridge wants an authorization as well, and workflows ignore the header.
      authorization: events.Authorization.apiKey('X-Sent-By', signature),
      queryStringParameters: { sig: events.HttpParameter.fromSecret(signature) },
    },
    tells: { notice: { title: EXISTS } },
    message: {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              line(of('notice.title'), { size: 'Large', weight: 'Bolder' }),
              line(of('notice.inService'), { weight: 'Bolder' }),
              line(of('notice.toDo')),
              line(of('notice.says'), { isSubtle: true }),
            ],
            actions: [
              { type: 'Action.OpenUrl', title: ACT, url: of('links.act') },
              { type: 'Action.OpenUrl', title: READ, url: of('links.read') },
            ],
          },
        },
      ],
    },
  };
}

/** A service of PagerDuty. */
export interface PagerDutyProps {
  /** Of an Events API v2 integration of the service. */
  readonly routingKey: SecretValue;
  /**
   * Where the account is.
   * @default us
   */
  readonly region?: 'us' | 'eu';
}

/** PagerDuty's Events API v2: one incident for an endpoint's rollouts, which is resolved when it is over. */
export const pagerDuty = ({ routingKey, region = 'us' }: PagerDutyProps): NoticeService => ({
  endpoint: `https://events.${region === 'eu' ? 'eu.' : ''}pagerduty.com/v2/enqueue`,
  connection: {
    // The key in the body is what lets in; EventBridge wants an authorization as well, and PagerDuty ignores the
    // header.
    authorization: events.Authorization.apiKey('X-Routing-Key', routingKey),
    bodyParameters: { routing_key: events.HttpParameter.fromSecret(routingKey) },
  },
  tells: { incident: { action: ['trigger', 'resolve'] } },
  message: {
    event_action: of('incident.action'),
    dedup_key: of('incident.key'),
    client: 'Greenlight',
    client_url: of('links.act'),
    payload: {
      summary: of('incident.summary'),
      source: of('endpoint'),
      severity: of('incident.severity'),
      timestamp: of('at'),
      component: of('endpoint'),
      class: of('transition'),
      custom_details: { in_service: of('notice.inService'), to_do: of('notice.toDo'), what: of('notice.says') },
    },
    links: [
      { href: of('links.act'), text: ACT },
      { href: of('links.read'), text: READ },
    ],
  },
});
