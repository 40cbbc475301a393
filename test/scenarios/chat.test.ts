import { SecretValue } from 'aws-cdk-lib';
import * as z from 'zod';
import type { TransitionEvent } from '../../lambdas/contract/transition-event';
import { GreenlightStack } from '../../lib/greenlight-stack';
import { NoticeChannel, type NoticeChannelProps, pagerDuty, slack, teams } from '../../lib/notice-channel';
import type { Template } from '../../simulator/template';
import { MINUTE, Scene } from './harness';
import { buttonOf, press, show } from './widgets';
import { appWithoutBundles } from '../../lib/synthesise';

const secret = SecretValue.secretsManager('chat');
const WORKFLOW =
  'https://example.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0';
const CHANNELS = {
  Slack: { to: slack({ channel: 'C024BE91L', botToken: secret }) },
  Teams: { to: teams({ workflowUrl: WORKFLOW, signature: secret }) },
  PagerDuty: { to: pagerDuty({ routingKey: secret }) },
  Quiet: { to: slack({ channel: 'C0QUIET00', botToken: secret }), severities: ['failed'] },
} as const satisfies Readonly<Record<string, Omit<NoticeChannelProps, 'greenlight'>>>;
type Channel = keyof typeof CHANNELS;

function synth(): Template {
  const app = appWithoutBundles();
  const stack = new GreenlightStack(app, 'Greenlight', { endpoints: [{ name: 'digits' }] });
  for (const [id, props] of Object.entries(CHANNELS))
    new NoticeChannel(stack, id, { greenlight: stack.greenlight, ...props });
  return app.synth().getStackByName(stack.stackName).template as Template;
}

/**
 * https://docs.slack.dev/reference/block-kit/blocks: an unknown member or a text that is too long is `invalid_blocks`.
 */
const plain = (most: number) => z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most) });
const slackMessage = z.strictObject({
  channel: z.string().regex(/^[CG][A-Z0-9]{8,}$/),
  text: z
    .string()
    .min(1)
    .max(4000)
    .regex(/^[^<>&]*$/, 'calls no one'),
  unfurl_links: z.literal(false),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plain(150) }),
        z.strictObject({ type: z.literal('section'), text: plain(3000) }),
        z.strictObject({
          type: z.literal('actions'),
          elements: z
            .array(
              z.strictObject({
                type: z.literal('button'),
                action_id: z.string().max(255),
                text: plain(75),
                url: z.url({ protocol: /^https$/ }).max(3000),
                style: z.enum(['primary', 'danger']).optional(),
              }),
            )
            .max(25),
        }),
      ]),
    )
    .max(50),
});

/** https://adaptivecards.io/explorer, and what the workflow "when a webhook request is received" posts. */
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.enum(['1.2', '1.3', '1.4']),
        body: z
          .array(
            z.strictObject({
              type: z.literal('RichTextBlock'),
              inlines: z.tuple([
                z.strictObject({
                  type: z.literal('TextRun'),
                  text: z.string().min(1),
                  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
                  weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
                  isSubtle: z.boolean().optional(),
                }),
              ]),
            }),
          )
          .min(1),
        actions: z.array(
          z.strictObject({
            type: z.literal('Action.OpenUrl'),
            title: z.string().min(1),
            url: z.url({ protocol: /^https$/ }),
          }),
        ),
      }),
    }),
  ]),
});

/** https://developer.pagerduty.com/docs/send-alert-event; the connection adds `routing_key`. */
const pagerDutyEvent = z.strictObject({
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  client_url: z.url(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    component: z.string(),
    class: z.string(),
    custom_details: z.record(z.string(), z.string()),
  }),
  links: z.array(z.strictObject({ href: z.url(), text: z.string() })),
});
const SHAPES = { Slack: slackMessage, Quiet: slackMessage, Teams: teamsMessage, PagerDuty: pagerDutyEvent };

let template: Template;
let scene: Scene;
let events: readonly TransitionEvent[];
const bodies = <C extends Channel>(channel: C) =>
  scene.world.sentOut
    .filter(({ destinationArn }) => destinationArn.includes(`/${channel}`) || destinationArn.includes(`-${channel}`))
    .map(({ body }) => SHAPES[channel].parse(body) as z.output<(typeof SHAPES)[C]>);

/** A question that is answered, a rollout that fails with a reason that means harm, an abort, and a rollback. */
beforeAll(async () => {
  template = synth();
  scene = await Scene.open({ template });
  await scene.serve();
  await scene.rollout(
    { name: 'bad', errorRate: 0.2 },
    { strategy: 'Canary10Percent5Minutes', reason: '<!channel> "quoted" \\ [x](https://evil.example) \u{1f600}' },
  );
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  const asked = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(asked));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(5_000);
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Approve'));
  await scene.end(execution);
  const wrong = await scene.upload({ name: 'v3' }, { strategy: 'Canary10Percent5Minutes' });
  const stopped = await scene.started(({ input }) => input.includes(wrong));
  await scene.reaches(stopped, 'Bake', 2);
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'), { by: '<@U1> "Eve"', reason: '\\u0022' });
  await scene.world.runFor(5 * MINUTE);
  events = scene.world.events.history
    .filter(({ source }) => source === 'greenlight')
    .map(({ detail }) => detail as TransitionEvent);
});

it('tells a chat what people are told, once each, in the order in which it happened', () => {
  const told = events.flatMap(({ notice }) => (notice ? [notice.title] : []));
  expect(told.length).toBeGreaterThan(3);
  expect(bodies('Slack').map(({ text }) => text)).toEqual(told);
  expect(bodies('Teams').map(({ attachments }) => attachments[0].content.body[0]?.inlines[0].text)).toEqual(told);
});

it('leads with what is in service and what to do, and ends with buttons that lead there', () => {
  const failed = bodies('Slack').find(({ text }) => text.startsWith('Failed: '))!;
  const [actions] = failed.blocks.slice(-1);
  const texts = failed.blocks.flatMap((block) => (block.type === 'actions' ? [] : [block.text.text]));
  expect(texts.slice(0, 3)).toEqual([
    expect.stringMatching(/^Failed: digits: version 3 was stopped in the canary/),
    'In service: version 2 (v1.onnx), blue, with all traffic.',
    expect.stringMatching(/^To do: Blue serves; look at the gate that failed/),
  ]);
  const urls = actions?.type === 'actions' ? actions.elements.map(({ url }) => url) : [];
  expect(urls).toEqual([
    expect.stringMatching(/#dashboards\/dashboard\/Greenlight-eu-west-1$/),
    expect.stringMatching(/\/s3\/object\/.*report\.html$/),
  ]);
});

it('tells only the severities that were asked for', () => {
  expect(bodies('Quiet').map(({ text }) => text.split(':')[0])).toEqual(['Failed']);
});

it('lets no text from outside end a string, be a link or call anyone', () => {
  for (const { notice, incident } of events)
    for (const text of [...Object.values(notice ?? {}), ...Object.values(incident ?? {})])
      expect(text).not.toMatch(/["\\<>\p{Cc}]/u);
  expect(JSON.stringify(bodies('Slack'))).toContain('‹@U1› ');
});

it('opens an incident where a person is needed or a rollout failed, and resolves it under the same key', () => {
  const incidents = bodies('PagerDuty').map(({ event_action: action, dedup_key: key, payload }) => [
    action,
    key.replace(/^.*\/(?=digits\/)/, ''),
    payload.severity,
    payload.class,
  ]);
  expect(incidents).toEqual([
    ['resolve', 'digits/rollout', 'info', 'rollout-promoted-first'],
    ['trigger', 'digits/rollout', 'error', 'rollout-aborted'],
    ['trigger', 'digits/rollout', 'warning', 'approval-asked'],
    ['resolve', 'digits/rollout', 'info', 'approval-answered'],
    ['resolve', 'digits/rollout', 'info', 'rollout-promoted'],
    ['resolve', 'digits/rollout', 'info', 'rollout-aborted'],
  ]);
  const keys = new Set(bodies('PagerDuty').map(({ dedup_key: key }) => key));
  expect([...keys]).toEqual(['Greenlight-rollout/eu-west-1/123456789012/digits/rollout']);
});

interface RuleProperties {
  readonly Description?: string;
  readonly Targets: readonly {
    readonly InputTransformer?: {
      readonly InputTemplate: string;
      readonly InputPathsMap: Readonly<Record<string, string>>;
    };
  }[];
}

describe('the template', () => {
  const resources = (type: string) =>
    Object.values(template.Resources).flatMap((one) => (one.Type === type ? [one.Properties] : []));
  const rules = () => resources('AWS::Events::Rule') as unknown as readonly RuleProperties[];

  it('keeps to the limits of an input transformer, and places whole values only', () => {
    const transformers = rules().flatMap(({ Targets }) =>
      Targets.flatMap(({ InputTransformer }) => InputTransformer ?? []),
    );
    expect(transformers).toHaveLength(Object.keys(CHANNELS).length);
    for (const { InputTemplate, InputPathsMap } of transformers) {
      expect(InputTemplate.length).toBeLessThanOrEqual(8192);
      expect(Object.keys(InputPathsMap).length).toBeLessThanOrEqual(100);
      // Within quotes a variable is put in as it is, quotes and all.
      const filled = InputTemplate.replaceAll(/(?<=:)<[\w-]+>(?=[,}])/g, 'null');
      expect(filled).not.toContain('<');
      expect(() => void JSON.parse(filled)).not.toThrow();
      for (const path of Object.values(InputPathsMap)) expect(path).toMatch(/^\$\.detail(\.[A-Za-z]+)+$/);
    }
  });

  it('names no secret anywhere but in connections', () => {
    const connections = JSON.stringify(resources('AWS::Events::Connection'));
    expect(connections.match(/resolve:secretsmanager:chat/g)!.length).toBeGreaterThanOrEqual(4);
    const others = Object.values(template.Resources).filter(({ Type }) => Type !== 'AWS::Events::Connection');
    expect(JSON.stringify(others)).not.toContain('resolve:secretsmanager');
  });

  it('keeps what a service does not take as a dead letter', () => {
    const channels = rules().filter(({ Description = '' }) => Description.startsWith('Tells '));
    expect(channels).toHaveLength(Object.keys(CHANNELS).length);
    for (const { Targets } of channels)
      expect(JSON.stringify(Targets)).toMatch(
        /"DeadLetterConfig":\{"Arn":\{"Fn::GetAtt":\["\w*DeadLetters.*"MaximumEventAgeInSeconds":3600/,
      );
  });
});

it('refuses an address of Teams that has the secret in it', () => {
  expect(() => teams({ workflowUrl: `${WORKFLOW}&sig=abc`, signature: secret })).toThrow(
    'must not have the parameter sig',
  );
});
