import type { EventOf } from '../../contract/transition-event';
import type { ConsoleLinks } from '../../adapters/console-links';
import { longName, shortName } from './names';
import { judgedInWords, longNumber, shortNumber } from './numbers';
import type { NoticeText } from './text';

/** A question to a person: the evidence, until when, what happens without an answer, and three ways to answer. */
export function approvalText(
  event: EventOf<'approval-asked'>,
  links: ConsoleLinks,
  taskToken: string | undefined,
): NoticeText {
  const { endpoint, rolloutId, green, blue, judgement, weight, expiresAt, defaultAnswer, why } = event;
  const until = `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`;
  const silence = defaultAnswer === 'approve' ? 'green is promoted' : 'blue stays';
  const dashboard = links.linkToDashboard();
  const gate = judgement?.gate;
  return {
    happened: `approve ${shortName(green, rolloutId)}?`,
    numbers: [
      ...(gate ? [` ${shortNumber(gate)}; until ${until}, else ${silence}`, ` ${shortNumber(gate)}`] : []),
      ` Until ${until}, else ${silence}`,
    ],
    sentence: `endpoint ${endpoint} asks whether to promote ${longName(green, rolloutId)}.`,
    facts: [
      ['Why it asks', WHY[why]],
      ['Judge', judgement ? `${judgement.verdict}. ${judgement.reason}` : 'there was no canary to judge'],
      ['Number', gate && longNumber(gate)],
      ['Judged', judgement && judgedInWords(judgement)],
      ['Green has', weight === undefined ? 'no traffic' : `${weight} % of traffic while it waits`],
      ['In service', `${longName(blue, rolloutId)}, blue`],
      ['Model', green.model],
      ['Started by', event.startedBy],
      ['Reason', event.reason],
      `Without an answer until ${until} the answer is "${defaultAnswer}": ${silence}.`,
    ],
    toDo: [
      ...(dashboard === undefined ? [] : [`On the dashboard: ${dashboard}`]),
      'To promote green:',
      ...answers(endpoint, 'approve', taskToken),
      'To put blue back:',
      ...answers(endpoint, 'reject', taskToken),
    ],
  };
}

const WHY: Readonly<Record<EventOf<'approval-asked'>['why'], string>> = {
  'before-promote': 'the endpoint wants a yes before each promotion (approval)',
  hold: 'the bake ended without proof (onInsufficientEvidence: hold)',
};

const answers = (endpoint: string, answer: 'approve' | 'reject', taskToken: string | undefined): readonly string[] => [
  `  npx greenlight ${answer} ${endpoint} --reason '…'`,
  ...(taskToken === undefined
    ? []
    : [
        `  aws stepfunctions send-task-success --task-token '${taskToken}' --task-output '{"approved":${answer === 'approve'},"by":"YOUR NAME","reason":"…"}'`,
      ]),
];
