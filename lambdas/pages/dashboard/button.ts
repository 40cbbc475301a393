import { html } from '../words/html';
import type { Html } from '../words/html';

export interface Button {
  readonly label: string;
  /** @default plain */
  readonly tone?: 'good' | 'bad';
  /** ARN of the function that it calls. */
  readonly calls: string;
  readonly payload: object;
  /** What CloudWatch asks before it calls. */
  readonly confirmation?: string;
}

/**
 * A button and what it does: CloudWatch binds a `cwdb-action` to the element right before it, and sends the payload with
 * the widget's form fields. A button, and no link as in AWS's samples: it has the keyboard's focus.
 */
export function button({ label, tone, calls, payload, confirmation }: Button): Html {
  const asks = confirmation === undefined ? '' : html` confirmation="${confirmation}"`;
  return html`<button type="button" class="${tone ?? 'plain'}">${label}</button
    ><cwdb-action action="call" display="widget" event="click" endpoint="${calls}" ${asks}
      >${json(payload)}</cwdb-action
    >`;
}

/** Without a character that HTML writes otherwise: it is not documented whether the payload is read as text or as HTML. */
const json = (payload: object): string =>
  JSON.stringify(payload).replace(/[<>&]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
