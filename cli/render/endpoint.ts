import type { EndpointView, RolloutView } from '../../lambdas/contract/view';
import { utc } from '../../lambdas/operations/rollout-view';
import { gateLines } from './bars';
import { type NextPage, nextLines } from './next';
import type { Paint } from './paint';
import { count } from '../../lambdas/domain/numbers';
import { stepInWords } from '../../lambdas/domain/strategy';
import { labelled, shortModel } from './text';
import { clockTime, duration, fromNow, minute } from './time';
import { endedAs } from '../../lambdas/domain/rollout';

export interface RenderedPage extends NextPage {
  readonly columns: number;
}

/** An endpoint for a terminal. */
export function endpointLines(view: EndpointView, page: RenderedPage): readonly string[] {
  const next = nextLines(view.next, page);
  return [...pictureLines(view, page), ...(next.length === 0 ? [] : ['', ...next])];
}

/** The same without what can be done: low enough to be drawn over in a small window. */
export function pictureLines(view: EndpointView, page: RenderedPage): readonly string[] {
  const { paint, columns } = page;
  const line = (label: string, text: string) => labelled(label, text, columns);
  const time = utc(view.at);
  const head = `${view.endpoint}  ${view.state}`;
  const gap = ' '.repeat(Math.max(2, Math.min(columns, 100) - head.length - time.length));
  return [
    `${paint.bold(view.endpoint)}  ${stateIn(view, paint)}${gap}${paint.dim(time)}`,
    ...(view.rollout === null || view.rollout.phase === 'promoted' ? line('live', liveIn(view)) : []),
    ...(view.rollout === null && view.canary !== null
      ? line('weights', `${view.canary.weight} % on version ${view.canary.version}, which no rollout owns`)
      : []),
    ...(view.rollout === null ? [] : rolloutLines(view.rollout, view.at, page)),
    ...(view.last === null || view.rollout !== null ? [] : line('last', lastIn(view.last))),
    ...(view.waitingUpload === null
      ? []
      : line('waits', `${view.waitingUpload.key}, uploaded ${fromNow(view.waitingUpload.uploadedAt, view.at)}`)),
    ...(view.newCode === null ? [] : line('new code', view.newCode)),
    ...(view.teardownHold === null
      ? []
      : line(
          'teardown',
          `postponed until ${minute(view.teardownHold.until)} ` +
            `UTC${view.teardownHold.reason === '' ? '' : `: ${view.teardownHold.reason}`}`,
        )),
  ];
}

function stateIn({ state }: EndpointView, paint: Paint): string {
  switch (state) {
    case 'at rest':
      return paint.good(state);
    case 'rolling out':
    case 'ending':
      return paint.bold(state);
    case 'waiting for an answer':
      return paint.warn(state);
    case 'leftover weights':
    case 'no live alias':
      return paint.bad(state);
  }
}

function lastIn(last: NonNullable<EndpointView['last']>): string {
  const error = last.error === null ? '' : ` (${last.error})`;
  const proof = last.proof === null ? '' : `: ${last.proof}`;
  return `${endedAs(last, last.action)}${error}${proof}, ${minute(last.endedAt ?? last.startedAt)} UTC, ${last.id}`;
}

function liveIn({ live, liveSince, at }: EndpointView): string {
  if (live === null) return 'nothing: the live alias was deleted';
  const model = `version ${live.version}, ${shortModel(live.model)}`;
  if (liveSince === null) return model;
  return `${model}, since ${minute(liveSince)} UTC (${duration(Date.parse(at) - Date.parse(liveSince))})`;
}

function rolloutLines(rollout: RolloutView, at: string, page: RenderedPage): readonly string[] {
  const { columns } = page;
  const line = (label: string, text: string) => labelled(label, text, columns);
  const { step, green, blue, approval, decision, judgement } = rollout;
  const dry = rollout.dryRun ? ' (dry run)' : '';
  return [
    ...line('rollout', `${rollout.id}${dry}`),
    ...line(
      'started',
      `${fromNow(rollout.startedAt, at)}, by ${rollout.startedBy}${rollout.reason === '' ? '' : `: ${rollout.reason}`}`,
    ),
    ...line(
      'green',
      `version ${green.version ?? '(not published yet)'}, ${shortModel(green.model)}: ${rollout.weight} % of ` +
        'live traffic',
    ),
    ...(rollout.previewUrl === null ? [] : line('preview', `${rollout.previewUrl} answers with green`)),
    ...line('blue', `version ${blue.version}, ${shortModel(blue.model)}`),
    ...(step === null
      ? []
      : line(
          'step',
          `${step.number} of ${step.of}: ${stepInWords(step)}` +
            (step.extendedMinutes > 0 ? ` and ${step.extendedMinutes} more` : '') +
            (step.bakeEndsAt === null ? '' : `, until ${clockTime(step.bakeEndsAt, at)}`),
        )),
    ...line('now', rollout.doing),
    ...(rollout.nextLookAt === null ? [] : line('next look', fromNow(rollout.nextLookAt, at))),
    ...(rollout.deadlineAt === null
      ? []
      : line(approval === null ? 'decision' : 'expires', fromNow(rollout.deadlineAt, at))),
    ...(decision === null
      ? []
      : line('person', `${decision.by} promotes it at the next look, unless the judge says fail: ${decision.reason}`)),
    ...(judgement === null
      ? []
      : [
          ...line(
            // The watch after it keeps no looks.
            rollout.phase === 'promoted' ? 'canary' : 'judge',
            `${judgement.verdict} after ${judgement.settledMinutes} min: ${count(judgement.greenRequests)} green ` +
              `and ${count(judgement.blueRequests)} blue ` +
              `requests${judgement.minutesLeftOut > 0 ? `, ${judgement.minutesLeftOut} min left out` : ''}`,
          ),
          ...(judgement.routing === null ? [] : line('routing', judgement.routing)),
          '',
          ...gateLines(judgement.gates, page),
        ]),
  ];
}
