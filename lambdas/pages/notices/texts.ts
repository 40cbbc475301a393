import { adviceOn } from '../../contract/errors';
import type { EventOf } from '../../contract/transition-event';
import { formatModelAddress } from '../../domain/rollout';
import {
  fileOf,
  longName,
  shellWord,
  shortName,
  uploadName,
  firstOf,
  type NoticeText,
  judgedInWords,
  longNumber,
  shortNumber,
  utcMinute,
} from './text';
import { noModel } from '../words/outcome';
import type { ConsoleLinks } from '../../adapters/console-links';
import { asksBeforeUsers } from '../../contract/decisions';

export const NOTHING_LIVE = 'nothing: callers of the live alias get an error';

export const refusedText = ({ model, error, cause }: EventOf<'upload-refused'>): NoticeText => ({
  happened: `${fileOf(model)} was refused before any traffic`,
  numbers: [`: ${firstOf(cause)}`, `: ${error}`],
  inService: 'as before, no traffic was touched',
  sentence: `the upload ${model} starts no rollout.`,
  facts: [[error, cause]],
  toDo: [`${adviceOn({ error, cause })}.`, `The runbook, docs/guides/operations.md, has a section ${error}.`],
});

export const heldText = ({
  endpoint,
  rolloutId,
  blue,
  green,
  phase,
  weight,
  why,
  asked,
}: EventOf<'judging-held'>): NoticeText => ({
  happened: `version ${blue.version} itself is failing`,
  numbers: asked
    ? [`; ${shortName(green, rolloutId)} waits for your answer`, '; green waits']
    : [`; ${shortName(green, rolloutId)} is held`, '; held'],
  inService:
    phase === 'canary'
      ? `${longName(blue, rolloutId)}, blue, with ${100 - weight} %, and ${longName(green, rolloutId)}, green, ` +
        `with ${weight} %`
      : `${longName(green, rolloutId)}, green, with all traffic`,
  sentence: `endpoint ${endpoint}: ${why}.`,
  facts: [
    asked
      ? `Green, ${longName(green, rolloutId)}, has ${weight} % while it waits for a person's answer. A yes promotes it unless ` +
        'it does worse than blue.'
      : phase === 'canary'
        ? `The canary of ${longName(green, rolloutId)} is held at ${weight} %: as long as blue is far outside its ` +
          'own hour nothing is proven, and green is stopped only if it is worse than blue.'
        : `${longName(green, rolloutId)}, which has all traffic, stays: blue would fail likewise. The watch begins ` +
          'again.',
  ],
  toDo: [
    ...(asked ? ['If green answers, promote it:', `  npx greenlight approve ${endpoint} --reason '…'`] : []),
    `${asked ? 'Else look' : 'Look'} at what both versions depend on: a database, a network, a region.`,
    `  npx greenlight explain ${endpoint}`,
    'The runbook, docs/guides/operations.md, has a section "The canary is held".',
  ],
});

export const waitingText = ({ endpoint, upload, behind }: EventOf<'upload-waiting'>): NoticeText => ({
  happened: 'an upload waits',
  numbers: [`: ${fileOf(upload.key)}`],
  inService: 'as before; a rollout runs',
  sentence:
    `endpoint ${endpoint}: ${uploadName(upload)} starts when rollout ${behind} has ended, unless a newer upload ` +
    'comes.',
  facts: [],
  toDo: ['Nothing. To see what it waits for:', `  npx greenlight explain ${endpoint}`],
});

export const supersededText = ({ endpoint, upload, why }: EventOf<'upload-superseded'>): NoticeText => ({
  happened: 'an older upload is not rolled out',
  numbers: [`: ${fileOf(upload.key)}`],
  inService: 'as before, no traffic was touched',
  sentence: `endpoint ${endpoint}: ${uploadName(upload)} is not rolled out: ${why}.`,
  facts: [],
  toDo: [
    'Nothing, unless that model is wanted all the same:',
    `  npx greenlight start ${endpoint} --model ${shellWord(formatModelAddress(upload))}`,
  ],
});

export const stoppedText = ({ endpoint, rolloutId, error }: EventOf<'deploy-stopped'>): NoticeText => ({
  happened: 'a deploy goes no further',
  numbers: [`: ${error}`],
  inService: 'at each endpoint what was there; those that had the new code already keep it',
  sentence:
    `endpoint ${endpoint}: rollout ${rolloutId} of a deploy ended badly (${error}), so that its code goes to no ` +
    'further endpoint.',
  facts: ['What people upload or start is not held back, and takes the new code along.'],
  toDo: [
    `  npx greenlight explain ${endpoint} --rollout ${rolloutId}`,
    'Is the code at fault, deploy another. Is it not, let the other endpoints begin:',
    `  npx greenlight resume ${endpoint}`,
  ],
});

export const leftoverText = ({ endpoint, liveVersion, other }: EventOf<'leftover-weights-found'>): NoticeText => ({
  happened: `leftover weights: ${other.weight} % on version ${other.version}`,
  numbers: [', which no rollout owns'],
  inService:
    `version ${liveVersion} with ${100 - other.weight} %, and version ${other.version} with ${other.weight} %, ` +
    'which is being taken away',
  sentence:
    `endpoint ${endpoint}: the live alias says version ${liveVersion} with ${other.weight} % on version ` +
    `${other.version}, and no rollout runs.`,
  facts: [],
  toDo: ['Find out who put them there.', `  npx greenlight status ${endpoint}`],
});

export const unavailableText = (event: EventOf<'version-unavailable'>): NoticeText => {
  const { endpoint, version, neededFor, model, cause, toDo } = event;
  const file = model === undefined ? '' : ` (${fileOf(model)})`;
  const isLive = neededFor === 'live';
  if (event.reason === 'no-alias')
    return {
      happened: 'the live alias is gone',
      numbers: [`: ${firstOf(cause)}`],
      inService: NOTHING_LIVE,
      sentence: `endpoint ${endpoint} has no live alias: ${cause}.`,
      facts: ['No rollout and no rollback can begin until it is there again.'],
      toDo: [`${toDo.charAt(0).toUpperCase()}${toDo.slice(1)}.`],
    };
  if (event.reason === 'not-published')
    return {
      happened: `the live alias says ${version}`,
      numbers: [', which is no published version'],
      inService: `what was last written to the function, with all traffic`,
      sentence: `endpoint ${endpoint}: the live alias says ${version}: ${cause}.`,
      facts: ['No rollout can begin, because green would reach all users unjudged, in the moment in which it is made.'],
      toDo: [
        `${toDo.charAt(0).toUpperCase()}${toDo.slice(1)}:`,
        `  npx greenlight rollback ${endpoint} --reason '…'`,
        'The runbook, docs/guides/operations.md, has a section LiveAliasMoved.',
      ],
    };
  return {
    happened: isLive ? `version ${version}, which is live, cannot be started` : `no way back to version ${version}`,
    numbers: [`: ${firstOf(cause)}`],
    inService: isLive
      ? `version ${version}${file}, on environments that have its model in memory; each new one fails`
      : 'as before, users are not affected',
    sentence:
      `endpoint ${endpoint}: version ${version}${file}, ` +
      `${isLive ? 'which is live' : 'to which a rollback would go'}, cannot be used: ${cause}.`,
    facts: [
      isLive
        ? 'Environments that run go on answering; each new one fails, so that users get errors sooner or later.'
        : 'A rollback to it would be refused.',
      ...(model === undefined ? [] : [`Model: ${model}`]),
    ],
    toDo: [
      `${toDo.charAt(0).toUpperCase()}${toDo.slice(1)}.`,
      ...(isLive
        ? ['Or go back to the version before:', `  npx greenlight rollback ${endpoint} --reason '…'`]
        : ['Until then a rollback must name another version:', `  npx greenlight history ${endpoint}`]),
    ],
  };
};

export const availableText = (event: EventOf<'version-available'>): NoticeText => ({
  happened: `version ${event.version} can be used again`,
  numbers: [event.neededFor === 'live' ? ', which is live' : ', to which a rollback would go'],
  inService: event.neededFor === 'live' ? `version ${event.version}` : 'as before',
  sentence: `endpoint ${event.endpoint}: version ${event.version} exists, and its model can be read again.`,
  facts: [],
  toDo: ['Nothing.'],
});

export const idleText = ({ endpoint, deleted, released, kept }: EventOf<'idle-versions-deleted'>): NoticeText => ({
  happened: `${deleted.length} idle versions deleted`,
  numbers: released.length > 0 ? [`, provisioned concurrency of ${released.length} released`] : [],
  inService: 'as before; what was deleted had no traffic',
  sentence: `endpoint ${endpoint}: the teardown freed what nothing needs any more.`,
  facts: [
    `Deleted: ${deleted.join(', ') || 'none'}.`,
    `Provisioned concurrency released: ${released.join(', ') || 'none'}.`,
    ...kept.map((one) => `Kept version ${one.version}: ${one.why}.`),
  ],
  toDo: ['Nothing. To keep what is idle for a while:', `  npx greenlight postpone ${endpoint} --hours 48 --reason '…'`],
});

/** A question to a person: the evidence, until when, what happens without an answer, and three ways to answer. */
export function approvalText(
  event: EventOf<'approval-asked'>,
  links: ConsoleLinks,
  taskToken: string | undefined,
): NoticeText {
  const { endpoint, rolloutId, green, blue, judgement, weight, expiresAt, defaultAnswer, why, previewUrl, hooks } =
    event;
  const { blueFails } = event;
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
    inService:
      `${longName(blue, rolloutId)}, ` +
      `blue${blueFails === undefined ? '' : `, which ${blueFails.how}`}` +
      (weight === undefined
        ? `, with all traffic${noModel(blue)}`
        : `; green has ${weight} % of traffic while it waits`),
    sentence:
      `endpoint ${endpoint} asks whether ` +
      `${beforeUsers ? `${longName(green, rolloutId)} may meet users` : `to promote ${longName(green, rolloutId)}`}.`,
    facts: [
      ['Why it asks', WHY[why]],
      ['Blue', blueFails?.why],
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
        `  aws stepfunctions send-task-success --task-token '${taskToken}' --task-output ` +
          `'{"approved":${answer === 'approve'},"by":"YOUR NAME","reason":"…"}'`,
      ]),
];
