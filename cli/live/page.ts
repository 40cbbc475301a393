import { PALETTE } from '../../lambdas/pages/report/parts-style';
import { html, Html } from '../../lambdas/pages/words/html';

const STYLE = new Html(`
:root{color-scheme:light dark;${PALETTE.light}}
@media(prefers-color-scheme:dark){:root{${PALETTE.dark}}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;background:var(--panel);color:var(--text)}
header,main{max-width:84rem;margin:0 auto;padding:.75rem 1rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1rem}
h1{font-size:1.25rem;margin:0}h2{font-size:1rem;margin:0 0 .5rem;padding:.6rem .75rem 0}
#state{color:var(--soft);font-size:.875rem;margin:0}
main{display:grid;gap:1rem;padding-top:0;align-items:start}main:focus{outline:none}
section{background:var(--page);border:1px solid var(--edge);border-radius:.75rem;overflow:hidden;min-width:0}
@media(min-width:64rem){main{grid-template-columns:minmax(0,2fr) minmax(0,1fr)}.wide-part{grid-column:1/-1}}
.skip{position:absolute;left:-99rem;background:var(--page);color:var(--text);padding:.5rem 1rem}
.skip:focus{left:0;top:0;z-index:1}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}#said:empty{display:none}
#said{margin:0 auto;max-width:84rem;padding:0 1rem .75rem}
#said .said{border-left:4px solid var(--soft);padding:.4rem .75rem;background:var(--page)}
#said .said.good{border-color:var(--good)}#said .said.bad{border-color:var(--bad)}#said p{margin:.2rem 0}
section:has(.part:empty){display:none}.gl ul.endpoints,.gl ul.rollouts{list-style:none;padding:0}
.gl ul.endpoints li,.gl ul.rollouts li{padding:.4rem 0;border-bottom:1px solid var(--edge)}
.gl ul.rollouts p{margin:.2rem 0}
main .gl .charts{grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr))}main .gl figure{max-width:34rem}
.gl progress{display:block;width:100%;height:.6rem;accent-color:var(--green);margin-top:.35rem}
.gl .endpoints a[aria-current]{text-decoration:none;color:inherit;border-bottom:3px solid var(--green)}
`);

/**
 * The page before anything is known: the places of its parts, and the script that fills them. `shows` is what they are
 * of.
 */
export const livePage = (title: string, everyMs: number, shows: 'live' | 'a recording'): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${STYLE}
        </style>
      </head>
      <body data-every="${everyMs}" data-shows="${shows}">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <h1>${title}</h1>
          <p id="state" role="status">asking …</p>
        </header>
        <div id="said" aria-live="polite"></div>
        <main id="main" tabindex="-1">
          ${PLACES.map(
            ({ id, heading, wide }) =>
              html`<section aria-labelledby="${id}-heading" class="${wide ? 'wide-part' : ''}">
                <h2 id="${id}-heading">${heading}</h2>
                <div class="part" id="${id}"></div>
              </section>`,
          )}
        </main>
        <script src="live.js"></script>
      </body>
    </html> `.text;

const PLACES = [
  { id: 'rollout', heading: 'Now', wide: false },
  { id: 'endpoints', heading: 'Endpoints', wide: false },
  { id: 'gates', heading: 'Green beside blue, gate by gate', wide: true },
  { id: 'comparison', heading: 'Both versions over time', wide: true },
  { id: 'reports', heading: 'Rollouts and their reports', wide: true },
] as const;

/**
 * Asks again and again, and changes only what is otherwise: the focus, what was typed, what was opened and where one
 * has scrolled to stay. A button does what CloudWatch does with a widget's: it asks, and sends the payload with the
 * fields.
 */
export const LIVE_SCRIPT = `'use strict';
const every = Number(document.body.dataset.every);
const state = document.getElementById('state');
const shown = new Map();
let endpoint = new URLSearchParams(location.search).get('endpoint');
let busy = false;

const theme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Makes \`old\` like \`fresh\` with as few changes as may be. */
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return void old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !(name === 'open' && old.nodeName === 'DETAILS')) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && !(name === 'value' && old.nodeName === 'INPUT'))
      old.setAttribute(name, value);
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  after.forEach((child, index) => (before[index] ? morph(before[index], child) : old.append(child)));
  before.slice(after.length).forEach((child) => child.remove());
}

function put(id, text) {
  const place = document.getElementById(id);
  if (shown.get(id) === text || !place) return;
  shown.set(id, text);
  const fresh = document.createElement('div');
  fresh.innerHTML = text;
  const copy = place.cloneNode(false);
  copy.append(...fresh.childNodes);
  morph(place, copy);
}

function putAll({ parts, endpoint: chosen }) {
  endpoint = chosen ?? endpoint;
  for (const [id, text] of Object.entries(parts)) put(id, text);
}

const asked = () => new URLSearchParams({ theme: theme(), ...(endpoint && { endpoint }) });

async function look() {
  try {
    const answer = await fetch('parts?' + asked(), { headers: { 'if-none-match': shown.get('etag') ?? '' } });
    if (answer.ok) {
      shown.set('etag', answer.headers.get('etag') ?? '');
      putAll(await answer.json());
    } else if (answer.status !== 304) throw new Error((await answer.text()).slice(0, 300));
    state.textContent = document.body.dataset.shows;
  } catch (error) {
    state.textContent = error instanceof TypeError
      ? 'not answering: what showed this page has ended'
      : 'not up to date: ' + error.message;
  }
}

async function loop() {
  if (!document.hidden && !busy) await look();
  setTimeout(loop, every);
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  const action = button?.nextElementSibling;
  if (action?.nodeName !== 'CWDB-ACTION' || busy) return;
  const question = action.getAttribute('confirmation');
  if (question && !confirm(question)) return;
  busy = true;
  button.setAttribute('aria-busy', 'true');
  state.textContent = 'asked; waiting for the answer …';
  try {
    const fields = [...document.querySelectorAll('#rollout input[name]')];
    const all = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const body = JSON.stringify({ ...JSON.parse(action.textContent), widgetContext: { theme: theme(), forms: { all } } }
);
    const answer = await fetch('act', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await answer.text();
    const fresh = document.createElement('div');
    if (answer.ok) fresh.innerHTML = text;
    else fresh.textContent = text;
    const said = answer.ok ? fresh.querySelector('.said') : fresh;
    document.getElementById('said').replaceChildren(...(said ? [said] : []));
  } catch (error) {
    document.getElementById('said').textContent = 'Nothing answered: ' + error.message;
  } finally {
    busy = false;
    button.removeAttribute('aria-busy');
    await look();
  }
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="?endpoint="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  endpoint = new URLSearchParams(link.getAttribute('href')).get('endpoint');
  history.replaceState(null, '', link.getAttribute('href'));
  void look();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void look());
document.addEventListener('visibilitychange', () => void (document.hidden || look()));
void loop();
`;
