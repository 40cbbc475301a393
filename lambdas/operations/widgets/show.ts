import { timedBy } from '../../adapters/cloudwatch/read-side';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidInput, LiveAliasMoved, UnknownEndpoint } from '../../contract/errors';
import { METRICS } from '../../contract/metric-names';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { WidgetShow } from '../../contract/widget-event';
import { chartRange, type ChartRange, isoTime, MINUTE_MS } from '../../domain/minutes';
import type { Baseline, CountedMeasure } from '../../domain/evidence';
import type { Comparison, ComparedSide, WeightMark } from '../../pages/dashboard/comparison/comparison';
import { renderComparison, renderNoComparison } from '../../pages/dashboard/comparison/render';
import { renderEndpoints } from '../../pages/dashboard/endpoints';
import { renderRollout } from '../../pages/dashboard/rollout/render';
import { weightChanges } from '../../pages/words/outcome';
import { statusPage } from '../status';
import { DESCRIBE_SHOW, type Description, type ShowNeeds, readRollout, typedIn } from './needs';
import { chooseEndpoint } from '../../steps/validation/find-endpoint';

type Needs = Pick<ShowNeeds, 'clock' | 'liveAlias' | 'liveModels' | 'records' | 'settings' | 'traffic'>;
type TimeRange = WidgetShow['widgetContext'];

/** Rollouts whose weights are looked through for the marks. */
const NEWEST = 12;
/** Weights of a chart's marks; more are not told apart. */
const MOST_MARKS = 40;
/** Classes that are read one by one; all others are read together. */
const MOST_CLASSES = 12;
/** Where a dashboard says no time. */
const THREE_HOURS_MS = 180 * MINUTE_MS;

/**
 * Blue and green of the rollout that runs, or of the last one while one of its versions is live; else the live version
 * alone. `unavailable`: CloudWatch gave no complete answer.
 * @throws UnknownEndpoint
 */
async function readComparison(
  ports: Needs,
  name: string | undefined,
  context: TimeRange,
): Promise<{ readonly endpoint: string; readonly comparison: Comparison | 'unavailable' }> {
  const config = await chooseEndpoint(ports, name);
  const endpoint = config.settings.name;
  const [periods, records] = await Promise.all([
    ports.liveModels.livePeriods(endpoint),
    ports.records.listRecords(endpoint, NEWEST),
  ]);
  // The alias is asked where no model was ever live: a page that many people look at leaves its calls to the rollouts.
  const noted = periods.find(({ until }) => until === undefined)?.version;
  const live = noted ?? (await ports.liveAlias.readLiveAlias(config.functionName)).version;
  const range = rangeOf(context, ports.clock.now());
  const compared = sidesOf(records[0], live);
  const { classNames, measures } = countedOf(config, records);
  const { fromMs, untilMs, periodSeconds } = range;
  const versions = compared.map(({ version }) => version);
  const traffic = await ports.traffic.readTraffic({
    config,
    versions,
    measures,
    fromMs,
    untilMs,
    periodSeconds,
  });
  if (traffic === 'unavailable') return { endpoint, comparison: traffic };
  const sides = compared.map((side) => ({ ...side, periods: traffic.get(side.version) ?? [] }));
  return {
    endpoint,
    comparison: { endpoint, range, sides, marks: marksOf(records, range), classNames, timed: timedBy(config) },
  };
}

/** What is zoomed into, or else the dashboard's time. */
function rangeOf({ timeRange }: TimeRange, now: number): ChartRange {
  const { start, end } = timeRange?.zoom ?? timeRange ?? { start: now - THREE_HOURS_MS, end: now };
  return chartRange(start, Math.min(end, now), now);
}

function sidesOf(record: RolloutRecord | undefined, live: string): readonly Omit<ComparedSide, 'periods'>[] {
  const [blue, green] = [record?.state?.blue.version, record?.state?.green.version];
  // The version that the first deploy published serves no model, and no users.
  const both = record?.state?.blue.model !== undefined && blue !== undefined && green !== undefined && blue !== green;
  if (both && [blue, green].includes(live))
    return [
      { role: 'blue', version: blue },
      { role: 'green', version: green },
    ];
  return [{ role: 'blue', version: live }];
}

/** The first measure of those that the judge counted last; the settings where it has not counted yet. */
function countedOf(
  { builtIn, settings }: EndpointConfig,
  records: readonly RolloutRecord[],
): Pick<Baseline, 'classNames'> & { readonly measures: readonly CountedMeasure[] } {
  const counted = records.map(({ state }) => state?.canary?.baseline).find((one) => (one?.classNames.length ?? 0) > 0);
  const names = counted?.classNames ?? settings.classNames ?? [];
  const byIndex = {
    ...{ name: 'class', metric: METRICS.predictedClass },
    blue: names.slice(0, -1).map((_, index): [number, number] => [index, index]),
  };
  const measure = counted?.measures?.[0] ?? byIndex;
  const own = names.slice(0, measure.blue.length + 1);
  if (!builtIn || own.length < 2) return { classNames: [], measures: [] };
  if (own.length <= MOST_CLASSES) return { classNames: own, measures: [measure] };
  const most = MOST_CLASSES - 1;
  const { green }: CountedMeasure = measure;
  return {
    classNames: [...own.slice(0, most), 'all others'],
    measures: [{ ...measure, blue: measure.blue.slice(0, most), ...(green && { green: green.slice(0, most) }) }],
  };
}

const marksOf = (records: readonly RolloutRecord[], { fromMs, untilMs }: ChartRange): readonly WeightMark[] =>
  records
    .flatMap(weightChanges)
    .map(({ at, weight }) => ({ at: Date.parse(at), weight }))
    .filter(({ at }) => at >= fromMs && at <= untilMs)
    .sort((a, b) => a.at - b.at)
    .slice(-MOST_MARKS);

/** Someone else's topic may not be asked: what is not known raises no alarm. */
async function isAnyoneTold({ channels, subscribers }: Pick<ShowNeeds, 'channels' | 'subscribers'>): Promise<boolean> {
  if (channels > 0) return true;
  const counted = await subscribers.countSubscribers().catch(() => undefined);
  return counted === undefined || counted.confirmed > 0;
}

type ShowEvent = WidgetShow | { readonly describe: true };

/**
 * What a widget of the dashboard shows, as HTML. It changes nothing. What fails beyond a wrong parameter is thrown:
 * CloudWatch shows it, and the function's errors count it.
 */
export async function showWidget(
  ports: ShowNeeds,
  asked: ShowEvent,
  invocation?: { readonly invokedFunctionArn: string },
): Promise<string | Description> {
  if ('describe' in asked) return DESCRIBE_SHOW;
  const { view, endpoint, page, widgetContext } = asked;
  const { theme } = widgetContext;
  switch (view) {
    case 'endpoints':
      return renderEndpoints(
        await statusPage(ports, page),
        theme,
        isoTime(ports.clock.now()),
        await isAnyoneTold(ports),
        invocation?.invokedFunctionArn,
      );
    case 'rollout': {
      const { actFunction } = ports;
      const acting = actFunction === undefined ? undefined : { calls: actFunction, typed: typedIn(widgetContext) };
      return orSaid(asked, async () => renderRollout(await readRollout(ports, endpoint), theme, acting));
    }
    case 'comparison':
      return orSaid(asked, async () => {
        const found = await readComparison(ports, endpoint, widgetContext);
        return found.comparison === 'unavailable'
          ? renderNoComparison(found.endpoint, 'CloudWatch gave no complete answer; look again.', theme)
          : renderComparison(found.comparison, theme);
      });
  }
}

/** A wrong parameter, or an alias that was deleted, is told in the widget's place. */
async function orSaid({ endpoint, widgetContext }: WidgetShow, render: () => Promise<string>): Promise<string> {
  try {
    return await render();
  } catch (error) {
    if (error instanceof UnknownEndpoint || error instanceof InvalidInput || error instanceof LiveAliasMoved)
      return renderNoComparison(endpoint ?? 'no endpoint', `${error.name}: ${error.message}.`, widgetContext.theme);
    throw error;
  }
}
