import { CARDS_STYLE, PALETTE, PARTS_STYLE } from '../report/parts-style';
import { type HtmlContent, html, Html, duration, momentOf, timeOfDay } from '../words/html';
import type { EndpointState, VersionView } from '../../contract/view';

/** The class of a widget's root. */
const ROOT = 'gl';

/** What a widget has beside the parts of a report: its frame, buttons, fields and what was said to a click. */
const OWN = `
cwdb-action{display:none}
h3{font-size:1rem;margin:1rem 0 .25rem}ul{margin:.25rem 0;padding-left:1.25rem}li{margin:.15rem 0}
.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem .75rem;margin:0 0 .5rem}.head .small{margin-left:auto}
.badge{display:inline-block;padding:.05rem .6rem;border-radius:1rem;font-weight:700;font-size:.875rem;
background:var(--soft);color:var(--on)}.badge.good{background:var(--good)}.badge.bad{background:var(--bad)}
.said{border-left:4px solid var(--soft);padding:.4rem .75rem;background:var(--panel);margin:0 0 .75rem}
.said.good{border-color:var(--good)}.said.bad{border-color:var(--bad)}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(12rem,100%),1fr));gap:.5rem .75rem;margin:.5rem 0}
.fields label{display:block;font-size:.875rem;color:var(--soft)}
input{display:block;width:100%;font:inherit;min-height:44px;padding:.3rem .5rem;border:1px solid var(--soft);
border-radius:4px;background:var(--page);color:var(--text)}
.headline{font-size:1.05rem;font-weight:600}
.buttons,.buttons div{display:flex;flex-wrap:wrap;gap:.5rem}
.buttons{justify-content:space-between;gap:1.25rem 3rem;margin:.75rem 0}.buttons div+div{margin-left:auto}
button{font:inherit;font-weight:600;min-height:44px;min-width:44px;padding:.35rem 1.1rem;border-radius:1.4rem;
border:2px solid var(--blue);background:var(--page);color:var(--blue);cursor:pointer}
button.good{background:var(--good);border-color:var(--good);color:var(--on)}
button.bad{background:var(--bad);border-color:var(--bad);color:var(--on)}button:hover{filter:brightness(1.08)}
td .small{white-space:normal}figure{max-width:none}
.charts{gap:1rem 1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr))}.facts{margin:.5rem 0}
td:last-child,th,td{overflow-wrap:normal}.long td,.long th,.long dd{overflow-wrap:anywhere}
`;

/**
 * Each selector below the root: it is not documented whether a widget's rules reach its neighbours on the dashboard.
 * The theme is CloudWatch's own, which is not the browser's.
 */
const within = (rules: string): string =>
  rules.replace(
    /([^{}]+)\{/g,
    (_, selectors: string) =>
      `${selectors
        .trim()
        .split(/,(?![^(]*\))/)
        .map((one) => `.${ROOT} ${one}`)
        .join(',')}{`,
  );

const STYLE = new Html(
  [
    `.${ROOT}{box-sizing:border-box;font:14px/1.45 system-ui,sans-serif;padding:.5rem ` +
      `.75rem;background:var(--page);color:var(--text);overflow-wrap:anywhere;--on:#fff;${PALETTE.light}}`,
    `.${ROOT}.dark{color-scheme:dark;${PALETTE.dark}}`,
    `.${ROOT} *{box-sizing:border-box}`,
    within(PARTS_STYLE),
    within(OWN),
    `@media(max-width:40rem){${within(CARDS_STYLE)}}`,
  ].join('\n'),
);

export type Theme = 'light' | 'dark';

/**
 * What a widget answers. CloudWatch takes scripts, frames and `<use>` out of it; there are none. Its own look is
 * switched off, so that contrast is what our colours say.
 */
export const widget = (theme: Theme, content: HtmlContent): string =>
  html`<div class="${ROOT} ${theme} cwdb-no-default-styles">
    <style>
      ${STYLE}
    </style>
    ${content}
  </div>`.text;

interface Button {
  readonly label: string;
  /** @default plain */
  readonly tone?: 'bad' | 'good' | 'plain';
  /** ARN of the function that it calls. */
  readonly calls: string;
  readonly payload: object;
  /** What CloudWatch asks before it calls. */
  readonly confirmation?: string;
}

/**
 * A button and what it does: CloudWatch binds a `cwdb-action` to the element right before it, and sends the payload
 * with the widget's form fields. A button, and no link as in AWS's samples: it has the keyboard's focus.
 */
export function button({ label, tone, calls, payload, confirmation }: Button): Html {
  const asks = confirmation === undefined ? '' : html` confirmation="${confirmation}"`;
  return html`<button type="button" class="${tone ?? 'plain'}">${label}</button
    ><cwdb-action action="call" display="widget" event="click" endpoint="${calls}" ${asks}
      >${json(payload)}</cwdb-action
    >`;
}

/**
 * Without a character that HTML writes otherwise: it is not documented whether the payload is read as text or as HTML.
 */
const json = (payload: object): string =>
  JSON.stringify(payload).replace(/[<>&]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** "09:33:05 UTC, in 12 min", or "3 min ago"; with the date where it is another day than `now`. */
export function fromNow(at: string, now: string): Html {
  const [moment, since] = [momentOf(at), momentOf(now)];
  const ms = moment === undefined || since === undefined ? undefined : moment - since;
  const away = ms === undefined ? '' : ms >= 0 ? `, in ${duration(ms)}` : `, ${duration(-ms)} ago`;
  return html`${timeOfDay(at, now)} UTC${away}`;
}

/** The state of an endpoint as a badge: in words, and in colour where something is to be done. */
export const stateBadge = (state: EndpointState): Html => html`<span class="badge ${toneOf(state)}">${state}</span>`;

function toneOf(state: EndpointState): 'good' | 'bad' | 'neutral' {
  switch (state) {
    case 'at rest':
      return 'good';
    case 'rolling out':
    case 'ending':
      return 'neutral';
    case 'waiting for an answer':
    case 'leftover weights':
    case 'no live alias':
      return 'bad';
  }
}

/** "version 4, v4.onnx". */
export function versionInWords({ version, model }: VersionView): string {
  const file = fileOf(model);
  const what = version === null ? 'not published yet' : `version ${version}`;
  return file === undefined ? what : `${what}, ${file}`;
}

/** `v4.onnx` of `s3://bucket/models/digits/v4.onnx?versionId=…`. */
const fileOf = (address: string | null): string | undefined =>
  address
    ?.replace(/\?versionId=[^?]*$/, '')
    .split('/')
    .at(-1) || undefined;
