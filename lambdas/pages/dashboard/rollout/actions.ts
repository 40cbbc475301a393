import { FIELD_LIMITS, FIELDS } from '../../../contract/widget-event';
import { html } from '../../words/html';
import type { Html } from '../../words/html';
import type { EndpointView } from '../../../contract/view';
import { button } from '../button';
import { offers } from './offers';
import type { Acting } from './picture';

type Field = keyof typeof FIELDS;

/** Who, why, and the buttons. CloudWatch does not tell a widget who clicks: that is what the field asks for. */
export function actions(view: EndpointView, { calls, typed }: Acting): Html {
  const { endpoint } = view;
  const offered = offers(view);
  const goesBack = offered.some(({ operation }) => operation.do === 'rollback');
  const field = (name: Field, label: string) =>
    html`<label
      >${label}<input
        type="text"
        name="${FIELDS[name]}"
        value="${typed[name]}"
        maxlength="${FIELD_LIMITS[name]}"
        autocomplete="off"
    /></label>`;
  const buttons = offered.map(({ operation, ...rest }) => button({ ...rest, calls, payload: { endpoint, operation } }));
  return html`<h3>What you can do</h3>
    <div class="fields">
      ${field('by', 'Your name (for the record)')} ${field('reason', 'Why')}
      ${goesBack ? field('to', 'Roll back to version (the one before)') : ''}
    </div>
    <div class="buttons">${buttons}</div>
    <p class="small">Each button asks once more. What is no longer as shown here is refused, and nothing is done.</p>`;
}
