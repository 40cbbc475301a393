import { onOneLine } from '../../contract/problems';
import type { Severity, TransitionEvent, EventOf, JudgementNumbers } from '../../contract/transition-event';
import type { ConsoleLinks } from '../../adapters/console-links';
import { parseModelAddress } from '../../domain/rollout';
import { certainty, count, percent, some } from '../../domain/numbers';

/** A line with a name in front, or a line as it is; left out where its text is undefined. */
export type NoticeLine = readonly [name: string, text: string | undefined] | string;

export interface NoticeText {
  /** "version 7 was promoted", without the endpoint; the shortest that says it all. */
  readonly happened: string;
  /** More of the subject, best first: the first that fits is taken. */
  readonly numbers: readonly string[];
  /** What serves users now: the first thing that the body says. */
  readonly inService: string;
  /** A whole sentence: what happened. */
  readonly sentence: string;
  readonly facts: readonly NoticeLine[];
  readonly toDo: readonly string[];
}

/** What a person sees first. */
export const PREFIX: Readonly<Record<Severity, string>> = { info: '', action: 'Action needed: ', failed: 'Failed: ' };

/** Groups of lines with a blank line between: what serves users and what to do, what happened, where to look. */
export function bodyOf(event: TransitionEvent, text: NoticeText, links: ConsoleLinks): string {
  const { inService, sentence, facts, toDo } = text;
  const groups = [
    [`In service now: ${inService}.`],
    toDo.length === 0 ? [] : ['What to do:', ...toDo],
    [firstLine(PREFIX[event.severity], sentence), ...facts.flatMap(lineOf)],
    whereToLook(event, links).flatMap(lineOf),
  ];
  return (
    groups
      .filter((group) => group.length > 0)
      // A key, a reason or a cause from outside must not begin a line that looks like one of ours.
      .map((group) => group.map(onOneLine).join('\n'))
      .join('\n\n')
  );
}

export const firstLine = (prefix: string, sentence: string): string =>
  prefix === '' ? `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}` : `${prefix}${sentence}`;

function whereToLook(event: TransitionEvent, links: ConsoleLinks): readonly NoticeLine[] {
  const report = 'report' in event ? event.report : undefined;
  const execution = 'executionArn' in event ? event.executionArn : undefined;
  const rollout = 'rolloutId' in event ? event.rolloutId : undefined;
  const dashboard = links.linkToDashboard();
  return [
    // The dashboard leads on to the execution, whose address is three lines long, and to the report.
    ['Dashboard', dashboard],
    ['Execution', dashboard === undefined ? execution && links.linkToExecution(execution) : undefined],
    ...(report === undefined || rollout === undefined
      ? []
      : [['Report', `npx greenlight report ${event.endpoint} --rollout ${rollout} --open`] as const]),
    ['Rollout', rollout],
    ['Notice', `${event.id}, ${utcMinute(event.at)}`],
  ];
}

const lineOf = (line: NoticeLine): readonly string[] => {
  if (typeof line === 'string') return [line];
  const [name, text] = line;
  return text === undefined || text === '' ? [] : [`${name}: ${text}`];
};

type GreenServed = EventOf<'green-deployed'>['green'];

/** "v2.onnx" of s3://bucket/models/digits/v2.onnx?versionId=…. */
export const fileOf = (address: string): string =>
  (parseModelAddress(address)?.key ?? address).split('/').at(-1) || address;

/** "version 7", the file where there is no version, the rollout where there is no file. */
export const shortName = (served: GreenServed | undefined, rolloutId: string): string =>
  served?.version !== undefined
    ? `version ${served.version}`
    : served?.model !== undefined
      ? fileOf(served.model)
      : rolloutId;

/** "version 7 (v7.onnx)". */
export function longName(served: GreenServed | undefined, rolloutId: string): string {
  const short = shortName(served, rolloutId);
  return served?.version === undefined || served.model === undefined ? short : `${short} (${fileOf(served.model)})`;
}

/** "2026-11-23 09:21 UTC", the one form of times in notices; a text that is no time stays as it is. */
export const utcMinute = (iso: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace('T', ' ')} UTC` : iso;

/** One word of a shell, whatever is in it: a key from outside must not bring a command of its own. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** "models/digits/v3.onnx (version id …)". */
export const uploadName = ({ key, versionId }: EventOf<'upload-waiting'>['upload']): string =>
  `${key} (version id ${versionId})`;

type GateNumbers = NonNullable<JudgementNumbers['gate']>;

const share = ({ events, requests }: GateNumbers['blue']): string =>
  requests === 0 ? 'no requests' : percent(events / requests);
const outOf = (arm: GateNumbers['blue']): string =>
  arm.requests === 0 ? share(arm) : `${share(arm)} (${count(arm.events)} of ${count(arm.requests)})`;

/** "errors 3.9 % (blue 0 %)". */
export const shortNumber = ({ name, green, blue }: GateNumbers): string =>
  `${name} ${share(green)} (blue ${share(blue)})`;

/** "failed requests: green 3.9 % (6 of 154), blue 0 % (0 of 445); worse with certainty 99.8 %, stopped from 99 %". */
export const longNumber = ({ counts, green, blue, evidence: found, limit }: GateNumbers): string =>
  `${counts}: green ${outOf(green)}, blue ${outOf(blue)}; worse with certainty ${certainty(found)}, stopped from ` +
  `${certainty(limit)}`;

/** "154 green and 445 blue requests in 4 minutes". */
export const judgedInWords = ({ greenRequests, blueRequests, minutes }: JudgementNumbers): string =>
  `${count(greenRequests)} green and ${count(blueRequests)} blue requests in ${some(minutes, 'minute')}`;

/** The first statement of a cause, for a subject: "golden set: accuracy 60.8 %". */
export const firstOf = (cause: string): string => cause.split(/ \(|; |, /)[0] ?? cause;
