import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { some } from '../../lambdas/domain/numbers';
import { PALETTE } from '../../lambdas/pages/report/parts-style';
import { html, Html, pageOf } from '../../lambdas/pages/words/html';
import { outcomeInWords, reasonInWords } from '../../lambdas/pages/words/outcome';
import { reportFile } from '../../simulator/app/summary';
import { titleOf, type DemoRollout } from './plan';

/** The page that leads to the others, beside the summary. */
export const INDEX_FILE = 'index.html';

/** A rollout, why it was asked for, and how many users got an error while it ran. */
export interface ListedRollout {
  readonly planned: Pick<DemoRollout, 'endpoint' | 'file' | 'kind' | 'why'>;
  readonly record: RolloutRecord;
  readonly failedRequests: number;
}

const STYLE = new Html(`
:root{color-scheme:light dark;${PALETTE.light}}
@media(prefers-color-scheme:dark){:root{${PALETTE.dark}}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;background:var(--page);color:var(--text)}
main{max-width:52rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}h1{font-size:1.6rem;margin:.5rem 0}
ol{padding-left:2rem}li{padding:.6rem 0;border-bottom:1px solid var(--edge)}h2{font-size:1.1rem;margin:0}
p{margin:.2rem 0}
a{color:var(--blue)}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
`);

/** Every rollout of a demo in words, in its order, each with the way to its report. */
export function indexPage(title: string, verdict: string, rollouts: readonly ListedRollout[]): string {
  return pageOf(
    title,
    STYLE,
    html`<main>
      <h1>${title}</h1>
      <p>${verdict}</p>
      <ol>
        ${rollouts.map(listed)}
      </ol>
      <p class="soft">
        <code>npx greenlight ui --demo FOLDER</code> shows this folder as it was at the end; status, history, explain
        and report take <code>--demo</code> as well.
      </p>
      <p class="soft"><a href="summary.json">summary.json</a> has the same for programs.</p>
    </main>`,
  );
}

function listed({ planned, record, failedRequests }: ListedRollout): Html {
  const { tone, symbol, badge } = outcomeInWords(record);
  const page = reportFile(record.id).replaceAll('\\', '/');
  const when = record.outcome === 'promoted-first' ? 'before there was a model' : 'while it ran';
  const failed =
    failedRequests > 0 ? html`<p>${some(failedRequests, 'request')} of users got an error ${when}.</p>` : '';
  return html`<li>
    <h2>
      <a href="${page}">${titleOf(planned)}</a>:
      <span class="${tone}"><span aria-hidden="true">${symbol}</span> ${badge}</span>
    </h2>
    <p class="soft">${planned.why}</p>
    <p>${reasonInWords(record)}</p>
    ${failed}
  </li>`;
}
