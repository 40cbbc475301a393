import { InvalidInput } from '../../contract/errors';
import { onOneLine } from '../../contract/on-one-line';
import { quoted } from '../../contract/quoted';
import { FIELD_LIMITS, type WidgetOperation } from '../../contract/widget-event';
import type { Actor } from '../needs';
import type { Typed } from './typed-in';

/** The command line asks for a reason in the same places. */
const WANTS_REASON: readonly WidgetOperation['do'][] = ['promote', 'abort'];

/**
 * Who acts, and why, as they say themselves: CloudWatch does not tell. CloudTrail knows who invoked the function.
 * @throws InvalidInput naming the field
 */
export function actorOf(typed: Typed, operation: WidgetOperation['do']): Actor {
  if (typed.by === '') throw new InvalidInput('Your name: must be given; it is kept with what you do');
  for (const [field, label] of [['by', 'Your name'], ['reason', 'Why'], ['to', 'Roll back to version']] as const) // prettier-ignore
    if (typed[field].length > FIELD_LIMITS[field])
      throw new InvalidInput(`${label}: must have ${FIELD_LIMITS[field]} characters at most; got ${quoted(typed[field], 40)}`); // prettier-ignore
  if (typed.reason === '' && WANTS_REASON.includes(operation))
    throw new InvalidInput(`Why: must be given to ${operation}; it is kept with what you do`);
  return { by: `${onOneLine(typed.by)} (dashboard)`, reason: onOneLine(typed.reason) };
}
