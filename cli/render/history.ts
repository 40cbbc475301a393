import type { EndedView } from '../../lambdas/contract/view';
import type { RenderedPage } from './endpoint';
import { cut, shortModel } from './text';
import { duration, minute } from './time';

/** The five columns need this many. */
const NARROW = 70;

/** One rollout per line; below it why, of one that did not go well, or what its promotion rests on. */
export function historyLines(rollouts: readonly EndedView[], { paint, columns }: RenderedPage): readonly string[] {
  if (rollouts.length === 0) return ['Nothing was ever rolled out.'];
  if (columns < NARROW)
    return rollouts.flatMap((one) => [
      `${minute(one.startedAt)}  ${outcomeOf(one, paint, 0)}  ${took(one)}`,
      `  ${cut(`green ${one.greenVersion ?? '-'}, ${shortModel(one.model)}`, columns - 2)}`,
      paint.dim(`  ${cut(one.id, columns - 2)}`),
      ...because(one).map((line) => `  ${cut(line, columns - 2)}`),
    ]);
  return [
    paint.dim('  started (UTC)     outcome          took      green  model'),
    ...rollouts.flatMap((one) => [
      `  ${minute(one.startedAt)}  ${outcomeOf(one, paint)}  ${took(one).padEnd(8)}  ${(one.greenVersion ?? '-').padEnd(5)}  ${cut(shortModel(one.model), columns - 54)}`,
      paint.dim(
        `    ${cut(`${one.id}, by ${one.startedBy}${one.reason === '' ? '' : `: ${one.reason}`}`, columns - 5)}`,
      ),
      ...because(one).map((line) => `    ${cut(line, columns - 5)}`),
    ]),
  ];
}

const because = ({ error, cause, proof }: EndedView): readonly string[] =>
  error === null ? (proof === null ? [] : [`proof: ${proof}`]) : [`${error}: ${cause ?? ''}`];

function outcomeOf({ outcome, status, error }: EndedView, paint: Paint, width = 15): string {
  const text = (outcome ?? status).padEnd(width);
  if (status === 'running') return paint.bold(text);
  return error === null ? paint.good(text) : paint.bad(text);
}

const took = ({ startedAt, endedAt }: EndedView): string =>
  endedAt === null ? '-' : duration(Date.parse(endedAt) - Date.parse(startedAt));

type Paint = RenderedPage['paint'];
