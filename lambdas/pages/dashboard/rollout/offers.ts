import { asksBeforeUsers } from '../../../contract/decisions';
import type { WidgetOperation } from '../../../contract/widget-event';
import { dateAndTime } from '../../words/html';
import { HOUR_MS } from '../../../domain/minutes';
import { takenBackInWords } from '../../../domain/rollback';
import type { BackView, EndpointView, RolloutView } from '../../../contract/view';
import { versionInWords } from '../widget';
import type { RolloutRecord } from '../../../contract/rollout-record';

/** One thing that the reader of a widget can do now, with what they saw. */
export interface Offer {
  readonly label: string;
  /** What ends green is `bad`, and stands apart, so that no thumb hits it beside another. */
  readonly tone?: 'good' | 'bad';
  /** Under the headline; `later` below all that is shown. */
  readonly place: 'first' | 'later';
  readonly operation: WidgetOperation;
  readonly confirmation?: string;
}

/** For how long a teardown can be put off with one click; the command line has every other time. */
const HOLDS = [
  { label: 'Keep idle versions for a day', hours: 24 },
  { label: 'Keep them for a week', hours: 7 * 24 },
] as const;

/** What can be done about an endpoint as it is: no more than the operations would take. */
export function offers(view: EndpointView): readonly Offer[] {
  const { rollout, state } = view;
  return [
    ...(rollout === null || state === 'ending' ? [] : aboutRollout(view, rollout)),
    ...back(view),
    ...holds(view),
    { label: 'Look again', place: 'first', operation: { do: 'look' } },
  ];
}

function aboutRollout({ endpoint }: EndpointView, rollout: RolloutView): readonly Offer[] {
  const { id: rolloutId, approval, phase, judgement, decision } = rollout;
  const [blue, green] = [versionInWords(rollout.blue), versionInWords(rollout.green)];
  if (approval !== null) {
    if (approval.answer !== null) return [];
    const { askedAt } = approval;
    const beforeUsers = asksBeforeUsers(approval.why, rollout.weight);
    return [
      offer(
        'Approve',
        'good',
        { do: 'approve', rolloutId, askedAt },
        `Approve rollout ${rolloutId} of ${endpoint}? Green, ${green}, then ` +
          `${beforeUsers ? 'goes on to users' : 'gets all traffic'}.`,
      ),
      offer(
        'Reject',
        'bad',
        { do: 'reject', rolloutId, askedAt },
        `Reject rollout ${rolloutId} of ${endpoint}? Blue, ${blue}, ${beforeUsers ? 'keeps' : 'then has'} all traffic.`,
      ),
    ];
  }
  const judged =
    phase === 'canary' && decision === null && (judgement?.greenRequests ?? 0) > 0 && judgement?.verdict !== 'fail';
  return [
    ...(judged
      ? [
          offer(
            'Promote now',
            'good',
            { do: 'promote', rolloutId },
            `Promote green, ${green}, of ${endpoint} without more proof? The next look does it, unless the judge ` +
              'says fail.',
          ),
        ]
      : []),
    offer(
      'Abort',
      'bad',
      { do: 'abort', rolloutId },
      `Stop rollout ${rolloutId} of ${endpoint}? Blue, ${blue}, then has all traffic.`,
    ),
  ];
}

/** Not beside another rollback, which would be refused, and not before anything was rolled out. */
function back({ endpoint, state, live, rollout, last, back: where }: EndpointView): readonly Offer[] {
  const can = state === 'at rest' || state === 'rolling out' || state === 'waiting for an answer';
  if (!can || live?.version == null || rollout?.action === 'rollback' || (rollout === null && last === null)) return [];
  const stops = rollout === null ? '' : ` It stops rollout ${rollout.id}.`;
  return [
    offer(
      'Roll back',
      undefined,
      { do: 'rollback', live: live.version, rollout: rollout?.id ?? null, last: last?.id ?? null },
      `Roll ${endpoint} back? Live is ${versionInWords(live)}; it goes to the version in the field, or else ` +
        `${elsewhere(where, rollout)}.${stops}${onlyByNumber(where)}`,
      // Where a rollout runs, its own button is the way back.
      rollout === null ? 'first' : 'later',
    ),
  ];
}

/** What a rollback that stops a rollout with traffic undoes is that traffic. */
function elsewhere({ to, putBack }: BackView, rollout: RolloutView | null): string {
  if (rollout !== null && rollout.phase !== 'before-traffic')
    return 'what was live before that rollout stays, or is put back';
  if (putBack !== null) return `nothing changes, because ${putBack}`;
  return to === null ? 'nowhere: no earlier version is left that was not taken back' : `to ${versionInWords(to)}`;
}

const onlyByNumber = ({ takenBack }: BackView): string =>
  takenBack.length === 0
    ? ''
    : ` Only its number leads back to what was taken back: ${takenBack.slice(0, 3).map(takenBackInWords).join('; ')}.`;

/** To a moment, not for a time: the same click twice asks for the same. */
function holds({ endpoint, at, teardownHold }: EndpointView): readonly Offer[] {
  const held = teardownHold?.until ?? null;
  const keep = HOLDS.map(({ label, hours }) => {
    const until = new Date(Date.parse(at) + hours * HOUR_MS).toISOString();
    return offer(
      label,
      undefined,
      { do: 'postpone', until, held },
      `Delete and release nothing of ${endpoint} until ${minuteOf(until)}?`,
      'later',
    );
  });
  if (held === null) return keep;
  return [
    ...keep,
    offer(
      'Let the teardown work again',
      undefined,
      { do: 'postpone', until: null, held },
      `Let the teardown of ${endpoint} work again, which was put off until ${minuteOf(held)}?`,
      'later',
    ),
  ];
}

const minuteOf = (iso: string): string => dateAndTime(iso).text.replace(/<[^>]*>/g, '');

const offer = (
  label: string,
  tone: Offer['tone'],
  operation: WidgetOperation,
  confirmation: string,
  place: Offer['place'] = 'first',
): Offer => ({ label, ...(tone && { tone }), place, operation, confirmation });

/** What is known of one endpoint: what runs, or what ran last. */
export interface RolloutPicture {
  readonly view: EndpointView;
  /** One sentence. */
  readonly headline: string;
  /** More sentences, in order. */
  readonly because: readonly string[];
  /** Of the rollout that runs, or of the last one; undefined when nothing was ever rolled out. */
  readonly record: RolloutRecord | undefined;
  /** Where to read more in the console. */
  readonly links: readonly { readonly label: string; readonly address: string }[];
}

/** What its reader can do; undefined where the dashboard only shows. */
export interface Acting {
  /** ARN of the function that the buttons call. */
  readonly calls: string;
  /** What stands in the fields: a widget is drawn anew while a person types. */
  readonly typed: { readonly by: string; readonly reason: string; readonly to: string };
}

/** What came of a click. */
export interface Said {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** "Done", or the name of the refusal. */
  readonly title: string;
  readonly text: string;
  readonly next: readonly string[];
}
