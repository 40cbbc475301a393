import type { EndedView } from '../../lambdas/contract/view';
import { MODELS_PREFIX } from '../../lambdas/contract/names';
import { count } from '../../lambdas/domain/numbers';
import type { RenderedPage } from './endpoint';
import type { Paint } from './paint';
import { cut, cutBefore, shortModel } from './text';
import { duration, minute } from './time';
import { endedAs } from '../../lambdas/domain/rollout';

/** The five columns need this many. */
const NARROW = 70;
/** What stands before the model. */
const BEFORE_MODEL = 54;

export interface ShownHistory {
  /** The newest first. */
  readonly rollouts: readonly EndedView[];
  /** Older ones, which are not shown; `more` where it is not known how many. */
  readonly hidden: number | 'more';
}

/**
 * One rollout per line, and why below one that did not go well; as wide as the screen is, with what is hidden counted.
 */
export function historyLines({ rollouts, hidden }: ShownHistory, page: RenderedPage): readonly string[] {
  if (rollouts.length === 0) return ['Nothing was ever rolled out.'];
  const { paint, columns } = page;
  const narrow = columns < NARROW;
  const rows = rollouts.flatMap((one) => (narrow ? narrowRow(one, page) : wideRow(one, page)));
  const head = narrow ? [] : [paint.dim('  started (UTC)     outcome          took      green  model')];
  const most = rollouts.length + (hidden === 'more' ? rollouts.length : hidden);
  const ones = hidden === 'more' ? 'Older ones are' : `${count(hidden)} older ${hidden === 1 ? 'one is' : 'ones are'}`;
  const older = hidden === 0 ? [] : [paint.dim(`  ${ones} not shown: --limit ${Math.min(100, most)}`)];
  return [...head, ...rows, ...older];
}

const narrowRow = (one: EndedView, { paint, columns }: RenderedPage): readonly string[] => [
  `${minute(one.startedAt)}  ${outcomeOf(one, paint, 0)}  ${took(one)}`,
  `  green ${one.greenVersion ?? '-'}, ${cutBefore(modelOf(one), columns - 10 - (one.greenVersion ?? '-').length)}`,
  paint.dim(`  ${cut(one.id, columns - 2)}`),
  ...(one.proof === null ? [] : [`  proof: ${cut(one.proof, columns - 9)}`]),
  ...(one.error === null ? [] : [`  ${cut(`${one.error}: ${one.cause ?? ''}`, columns - 2)}`]),
];

const wideRow = (one: EndedView, { paint, columns }: RenderedPage): readonly string[] => [
  `  ${minute(one.startedAt)}  ${outcomeOf(one, paint)}  ${took(one).padEnd(8)}  ` +
    `${(one.greenVersion ?? '-').padEnd(5)}  ${cutBefore(modelOf(one), columns - BEFORE_MODEL)}`,
  paint.dim(`    ${cut(`${one.id}, by ${one.startedBy}${one.reason === '' ? '' : `: ${one.reason}`}`, columns - 5)}`),
  ...(one.proof === null ? [] : [`    proof: ${cut(one.proof, columns - 12)}`]),
  ...(one.error === null ? [] : [`    ${cut(`${one.error}: ${one.cause ?? ''}`, columns - 5)}`]),
];

/** Without what all models of an endpoint begin with. */
function modelOf({ endpoint, model }: EndedView): string {
  const short = shortModel(model);
  const prefix = `${MODELS_PREFIX}${endpoint}/`;
  return short.startsWith(prefix) ? short.slice(prefix.length) : short;
}

function outcomeOf(ended: EndedView, paint: Paint, width = 15): string {
  const { status, error } = ended;
  const text = endedAs(ended, ended.action).padEnd(width);
  if (status === 'running') return paint.bold(text);
  return error === null ? paint.good(text) : paint.bad(text);
}

const took = ({ startedAt, endedAt }: EndedView): string =>
  endedAt === null ? '-' : duration(Date.parse(endedAt) - Date.parse(startedAt));
