import type { ConsoleLinks } from '../../adapters/console-links';
import { asksBeforeUsers } from '../../contract/decisions';
import type { EventOf } from '../../contract/transition-event';
import { longName, shortName, judgedInWords, longNumber, shortNumber, utcMinute } from './names';
import type { NoticeText } from './text';

/** A question to a person: the evidence, until when, what happens without an answer, and three ways to answer. */
export function approvalText(
  event: EventOf<'approval-asked'>,
  links: ConsoleLinks,
  taskToken: string | undefined,
): NoticeText {
  const { endpoint, rolloutId, green, blue, judgement, weight, expiresAt, defaultAnswer, why, previewUrl, hooks } =
    event;
  const until = utcMinute(expiresAt);
  // A yes before any traffic lets green go on, to its canary where it gets one.
  const beforeUsers = asksBeforeUsers(why, weight ?? 0);
  const promotes = beforeUsers ? 'green goes on to users' : 'green is promoted';
  const silence = defaultAnswer === 'approve' ? promotes : 'blue stays';
  const dashboard = links.linkToDashboard();
  const gate = judgement?.gate;
  return {
    happened: `approve ${shortName(green, rolloutId)}?`,
    numbers: [
      ...(gate ? [` ${shortNumber(gate)}; until ${until}, else ${silence}`, ` ${shortNumber(gate)}`] : []),
      ` Until ${until}, else ${silence}`,
    ],
    inService: `${longName(blue, rolloutId)}, blue${weight === undefined ? ', with all traffic' : `; green has ${weight} % of traffic while it waits`}`,
    sentence: `endpoint ${endpoint} asks whether ${beforeUsers ? `${longName(green, rolloutId)} may meet users` : `to promote ${longName(green, rolloutId)}`}.`,
    facts: [
      ['Why it asks', WHY[why]],
      ...(hooks ?? []).map(({ hook, verdict, reason }) => [`Hook ${hook}`, `${verdict}: ${reason}`] as const),
      [
        'Judge',
        judgement
          ? `${judgement.verdict}. ${judgement.reason}`
          : beforeUsers
            ? 'no user has met it yet'
            : 'there was no canary to judge',
      ],
      ['Number', gate && longNumber(gate)],
      ['Judged', judgement && judgedInWords(judgement)],
      ['Preview', previewUrl && `${previewUrl} answers with green, signed with IAM`],
      ['Model', green.model],
      ['Started by', event.startedBy],
      ['Reason', event.reason],
    ],
    toDo: [
      `Answer until ${until}. Without one the answer is "${defaultAnswer}": ${silence}.`,
      ...(dashboard === undefined ? [] : [`On the dashboard: ${dashboard}`]),
      beforeUsers ? 'To let green go on:' : 'To promote green:',
      ...answers(endpoint, 'approve', taskToken),
      beforeUsers ? 'To end the rollout; blue stays:' : 'To put blue back:',
      ...answers(endpoint, 'reject', taskToken),
    ],
  };
}

const WHY: Readonly<Record<EventOf<'approval-asked'>['why'], string>> = {
  'before-promote': 'the endpoint wants a yes before each promotion (approval)',
  hook: 'a hook of the endpoint could not tell whether green may go on',
  'before-traffic': 'the endpoint wants a yes before green has any user (approval)',
  hold: 'the bake ended without proof (onInsufficientEvidence: hold)',
  differs: 'on the same requests green answers otherwise than blue, and no labels vouch for it; no user has met it yet',
};

const answers = (endpoint: string, answer: 'approve' | 'reject', taskToken: string | undefined): readonly string[] => [
  `  npx greenlight ${answer} ${endpoint} --reason '…'`,
  ...(taskToken === undefined
    ? []
    : [
        `  aws stepfunctions send-task-success --task-token '${taskToken}' --task-output '{"approved":${answer === 'approve'},"by":"YOUR NAME","reason":"…"}'`,
      ]),
];
