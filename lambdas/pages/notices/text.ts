import { onOneLine } from '../../contract/quoted';
import type { Severity, TransitionEvent } from '../../contract/transition-event';
import type { ConsoleLinks } from '../../adapters/console-links';
import { utcMinute } from './names';

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
