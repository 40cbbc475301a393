import { REPORT_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { EndpointView } from '../../lambdas/contract/view';
import { statusOfAll } from '../../lambdas/operations/status';
import { readRollout } from '../../lambdas/operations/widgets/needs';
import { showWidget } from '../../lambdas/operations/widgets/show';
import { renderRollout } from '../../lambdas/pages/dashboard/rollout/render';
import { stateBadge, type Theme, versionInWords, widget } from '../../lambdas/pages/dashboard/widget';
import { decidingPhase } from '../../lambdas/pages/report/sections/judging';
import { isoTime } from '../../lambdas/domain/minutes';
import { minuteNumbers } from '../../lambdas/pages/report/sections/evidence-charts';
import { tiles } from '../../lambdas/pages/report/sections/tiles';
import { weightsChart } from '../../lambdas/pages/report/sections/weights';
import { type Html, html } from '../../lambdas/pages/words/html';
import { greenName, outcomeInWords, reasonInWords } from '../../lambdas/pages/words/outcome';
import { Bands, type LiveApp, trafficOf, widgetPorts } from './app';

/** What the page consists of, each by the id of its place. A part that did not change is not sent again. */
export type Parts = Readonly<Record<'endpoints' | 'rollout' | 'gates' | 'comparison' | 'reports', string>>;

/** The function that a button calls is this page. */
export const CALLS = 'this-page';

const MOST_ROLLOUTS = 30;
/** Where a comparison begins, before now. */
const COMPARED_MS = 45 * 60_000;

/** Draws an app's page, with the renderers of the dashboard and of the reports. */
export class LivePage {
  private readonly bands: Bands;

  constructor(
    readonly app: LiveApp,
    /** Where a report is, on this page's server. */
    private readonly reportPath: (endpoint: string, rollout: string) => string,
  ) {
    this.bands = new Bands(app);
  }

  /** @param asked the endpoint that is shown. @default the one in which most happens */
  async parts(
    asked: string | undefined,
    theme: Theme,
  ): Promise<{ readonly shown: string | undefined; readonly parts: Parts }> {
    const { ports } = this.app;
    const views = await statusOfAll(ports, 'table');
    const shown = views.find(({ endpoint }) => endpoint === asked) ?? busiest(views);
    const endpoints = widget(theme, list(views, shown));
    if (shown === undefined)
      return { shown: undefined, parts: { endpoints, rollout: '', gates: '', comparison: '', reports: '' } };
    const picture = await readRollout(widgetPorts(this.app), shown.endpoint);
    const links = this.app.inAws ? picture.links : [];
    const acting = this.app.context && { calls: CALLS, typed: { by: this.app.by, reason: '', to: '' } };
    const records = await ports.records.listRecords(shown.endpoint, MOST_ROLLOUTS);
    const parts = {
      endpoints,
      rollout: renderRollout({ ...picture, links }, theme, acting),
      gates: picture.record === undefined ? '' : widget(theme, await this.gates(picture.record)),
      comparison: await this.comparison(shown.endpoint, theme),
      reports: widget(theme, this.reports(records)),
    };
    return { shown: shown.endpoint, parts };
  }

  private async gates(record: RolloutRecord): Promise<Html> {
    const judged = record.state?.judgement;
    const share = weightsChart(record, 'live-weights', isoTime(this.app.ports.clock.now()));
    const { bands, rows } = await this.bands.of(record);
    const drawn =
      judged === undefined
        ? []
        : tiles({ bands, judged, phase: decidingPhase(record), at: minuteNumbers({ rows }), id: 'live' });
    const all = [...drawn, ...share];
    return all.length === 0 ? html`<p>Green has no traffic yet.</p>` : html`<div class="charts">${all}</div>`;
  }

  private async comparison(endpoint: string, theme: Theme): Promise<string> {
    const traffic = trafficOf(this.app);
    if (traffic === undefined) return '';
    const now = this.app.ports.clock.now();
    const shown = await showWidget(
      {
        ...{ ...widgetPorts(this.app), traffic, actFunction: undefined },
        // Said beside the list of endpoints, which is drawn otherwise here.
        ...{ channels: 0, subscribers: { countSubscribers: async () => ({ confirmed: 0, pending: 0 }) } },
      },
      {
        view: 'comparison',
        endpoint,
        page: 1,
        widgetContext: { theme, timeRange: { start: now - COMPARED_MS, end: now }, forms: { all: {} } },
      },
    );
    return typeof shown === 'string' ? shown : '';
  }

  private reports(records: readonly RolloutRecord[]): Html {
    if (records.length === 0) return html`<p>No rollout yet.</p>`;
    return html`<ul class="rollouts">
      ${records.map((record) => {
        const { tone, symbol, badge } = outcomeInWords(record);
        const name = greenName(record);
        const title =
          record.status === 'ended'
            ? html`<a href="${this.reportPath(record.endpoint, record.id)}">${name}</a>`
            : html`<strong>${name}</strong>`;
        return html`<li>
          <span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${badge}</span> ${title}
          <p class="small">${record.reason === '' ? '' : `${record.reason}. `}${reasonInWords(record)}</p>
        </li>`;
      })}
    </ul>`;
  }
}

/** What runs is what a person came to see; else what ended last. */
function busiest(views: readonly EndpointView[]): EndpointView | undefined {
  const rank = ({ rollout, last }: EndpointView): string =>
    `${rollout === null ? 0 : 1} ${rollout?.startedAt ?? last?.endedAt ?? ''}`;
  return views.reduce<EndpointView | undefined>(
    (most, one) => (most === undefined || rank(one) > rank(most) ? one : most),
    undefined,
  );
}

const shareBar = (endpoint: string, weight: number): Html =>
  html`<progress max="100" value="${weight}" aria-label="Green’s share at ${endpoint}"></progress>`;

/** Every endpoint as a way to it, with what runs there. */
const list = (views: readonly EndpointView[], shown: EndpointView | undefined): Html =>
  views.length === 0
    ? html`<p>The app has no endpoint yet.</p>`
    : html`<ul class="endpoints">
        ${views.map((view) => {
          const { endpoint, state, rollout, live } = view;
          const current = endpoint === shown?.endpoint ? html` aria-current="page"` : '';
          const what =
            rollout === null
              ? live === null
                ? 'nothing in service'
                : versionInWords(live)
              : `${versionInWords(rollout.green)}: ${rollout.weight} % of the traffic`;
          return html`<li>
            <a href="?endpoint=${encodeURIComponent(endpoint)}" ${current}><strong>${endpoint}</strong></a>
            ${stateBadge(state)} <span class="small">${what}</span>
            ${rollout === null ? '' : shareBar(endpoint, rollout.weight)}
          </li>`;
        })}
      </ul>`;

/** The page of a rollout that ended, as its bucket has it. */
export async function reportPage(app: LiveApp, endpoint: string, rollout: string): Promise<string | undefined> {
  const key = `${ROLLOUTS_PREFIX}${endpoint}/${rollout}/${REPORT_DOCUMENT}`;
  const found = await app.ports.models.readBytes(key, 20 * 1024 * 1024);
  return typeof found === 'object' ? Buffer.from(found.bytes).toString('utf8') : undefined;
}
