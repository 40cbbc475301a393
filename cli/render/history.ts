import type { EndedView } from '../../lambdas/contract/view';
import type { RenderedPage } from './endpoint';
import { cut, shortModel } from './text';
import { duration, minute } from './time';

/** The five columns need this many. */
const NARROW = 70;

/** One rollout per line, and why below one that did not go well. */
export function historyLines(rollouts: readonly EndedView[], { paint, columns }: RenderedPage): readonly string[] {
  if (rollouts.length === 0) return ['Nothing was ever rolled out.'];
  if (columns < NARROW)
    return rollouts.flatMap((one) => [
      `${minute(one.startedAt)}  ${outcomeOf(one, paint, 0)}  ${took(one)}`,
      `  ${cut(`green ${one.greenVersion ?? '-'}, ${shortModel(one.model)}`, columns - 2)}`,
      paint.dim(`  ${cut(one.id, columns - 2)}`),
      ...(one.error === null ? [] : [`  ${cut(`${one.error}: ${one.cause ?? ''}`, columns - 2)}`]),
    ]);
  return [
    paint.dim('  started (UTC)     outcome          took      green  model'),
    ...rollouts.flatMap((one) => [
      `  ${minute(one.startedAt)}  ${outcomeOf(one, paint)}  ${took(one).padEnd(8)}  ${(one.greenVersion ?? '-').padEnd(5)}  ${cut(shortModel(one.model), columns - 54)}`,
      paint.dim(
        `    ${cut(`${one.id}, by ${one.startedBy}${one.reason === '' ? '' : `: ${one.reason}`}`, columns - 5)}`,
      ),
      ...(one.error === null ? [] : [`    ${cut(`${one.error}: ${one.cause ?? ''}`, columns - 5)}`]),
    ]),
  ];
}

function outcomeOf({ outcome, status, error }: EndedView, paint: Paint, width = 15): string {
  const text = (outcome ?? status).padEnd(width);
  if (status === 'running') return paint.bold(text);
  return error === null ? paint.good(text) : paint.bad(text);
}

const took = ({ startedAt, endedAt }: EndedView): string =>
  endedAt === null ? '-' : duration(Date.parse(endedAt) - Date.parse(startedAt));

type Paint = RenderedPage['paint'];
