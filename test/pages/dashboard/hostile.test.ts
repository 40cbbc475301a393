import { renderComparison } from '../../../lambdas/pages/dashboard/comparison/render';
import { renderEndpoints } from '../../../lambdas/pages/dashboard/endpoints';
import type { RolloutPicture } from '../../../lambdas/pages/dashboard/rollout/offers';
import { renderRollout } from '../../../lambdas/pages/dashboard/rollout/render';
import { widgetActSchema, widgetShowSchema } from '../../../lambdas/contract/widget-event';
import { typedIn } from '../../../lambdas/operations/widgets/needs';
import { buttonsOf } from '../../scenarios/widgets';
import { keptCanary } from '../report/kept';

/** What people, keys, reasons and causes may hold. */
const EVIL = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;</cwdb-action><cwdb-action action="call">{}`;
const AT = '2026-11-23T09:00:00.000Z';

async function picture(): Promise<RolloutPicture> {
  const { record } = await keptCanary('046');
  return {
    headline: EVIL,
    because: [EVIL],
    links: [{ label: EVIL, address: `https://console/${EVIL}` }],
    record: { ...record, reason: EVIL, cause: EVIL, startedBy: EVIL, decidedBy: EVIL, report: `s3://b/${EVIL}` },
    view: {
      endpoint: EVIL,
      functionName: 'f',
      at: AT,
      state: 'waiting for an answer',
      live: { version: EVIL, model: EVIL },
      liveSince: AT,
      canary: { version: EVIL, weight: 10 },
      rollout: {
        ...{
          id: EVIL,
          action: 'rollout',
          dryRun: false,
          startedAt: AT,
          startedBy: EVIL,
          reason: EVIL,
          phase: 'canary',
        },
        ...{
          doing: EVIL,
          step: null,
          weight: 10,
          previewUrl: null,
          nextLookAt: EVIL,
          deadlineAt: EVIL,
          judgement: null,
        },
        blue: { version: EVIL, model: EVIL },
        green: { version: EVIL, model: `s3://b/${EVIL}` },
        approval: { why: 'hold', askedAt: EVIL, expiresAt: EVIL, defaultAnswer: 'reject', answer: null },
        decision: { by: EVIL, reason: EVIL, at: AT },
        timeline: [],
      },
      last: null,
      newCode: EVIL,
      waitingUpload: { key: EVIL, versionId: EVIL, uploadedAt: AT },
      teardownHold: { until: AT, reason: EVIL },
      back: {
        to: { version: EVIL, model: EVIL },
        putBack: EVIL,
        takenBack: [{ version: EVIL, at: EVIL, rolloutId: EVIL, how: 'reverted' }],
      },
      next: [],
    },
  };
}

const opensNoTag = (html: string): void => {
  expect(html).not.toMatch(/<script|<img|onerror='|<\/cwdb-action><cwdb-action action="call">\{\}/);
};

it('opens no tag from what a record, a person or a key says', async () => {
  const seen = await picture();
  const acting = { calls: EVIL, typed: { by: EVIL, reason: EVIL, to: EVIL } };
  const said = { tone: 'bad', title: EVIL, text: EVIL, next: [EVIL] } as const;
  opensNoTag(renderRollout(seen, 'light', acting, said));
  opensNoTag(renderEndpoints({ views: [seen.view], page: 1, pages: 2, first: 1, total: 51 }, 'light', AT, false, EVIL));
  const side = { role: 'blue', version: EVIL, periods: [] } as const;
  const range = { fromMs: 0, untilMs: 60_000, periodSeconds: 60 };
  const period = { at: 0, requests: 5, failures: 1, p50: 1, p90: 2, p99: 3, classes: [5] };
  for (const periods of [[], [period]])
    opensNoTag(
      renderComparison(
        {
          endpoint: EVIL,
          range,
          sides: [{ ...side, periods }],
          marks: [{ at: 0, weight: 10 }],
          classNames: [EVIL],
          timed: 'all',
        },
        'dark',
      ),
    );
});

it('sends what was seen as it was, whatever characters that has', async () => {
  const html = renderRollout(await picture(), 'light', { calls: 'arn', typed: { by: '', reason: '', to: '' } });
  const [approve] = buttonsOf(html);
  expect(approve?.payload).toEqual({ endpoint: EVIL, operation: { do: 'approve', rolloutId: EVIL, askedAt: EVIL } });
  // Neither read as text nor as HTML does it hold anything that HTML would write otherwise.
  for (const [, payload = ''] of html.matchAll(/<cwdb-action[^>]*>([\s\S]*?)<\/cwdb-action/g))
    expect(payload.replaceAll('&quot;', '').replaceAll('&#39;', '')).not.toMatch(/[<>&]/);
});

describe('an event of the console', () => {
  const problem = (schema: typeof widgetShowSchema | typeof widgetActSchema, event: unknown): string =>
    schema
      .safeParse(event)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('; ') ?? 'none';

  it.each([
    ['nothing', undefined, ': Invalid input'],
    ['a list', [], ': Invalid input'],
    ['an unknown view', { view: 'all' }, 'view: Invalid option'],
    ['an endpoint that is too long', { endpoint: 'x'.repeat(32) }, 'endpoint: Too big: expected string to have <=31'],
    [
      'a time that is none',
      { widgetContext: { timeRange: { start: 'now', end: 5 } } },
      'widgetContext.timeRange.start',
    ],
    [
      'a time beyond all times',
      { widgetContext: { timeRange: { start: 0, end: 1e300 } } },
      'widgetContext.timeRange.end',
    ],
  ])('that shows is refused by its field: %s', (_, event, why) => {
    expect(problem(widgetShowSchema, event)).toContain(why);
  });

  it.each([
    ['no operation', { endpoint: 'digits' }, 'operation: '],
    ['an unknown operation', { endpoint: 'digits', operation: { do: 'delete' } }, 'operation.do: '],
    ['no rollout', { endpoint: 'digits', operation: { do: 'abort' } }, 'operation.rolloutId: '],
    [
      'a question without a time',
      { endpoint: 'digits', operation: { do: 'approve', rolloutId: 'r', askedAt: 'x' } },
      'operation.askedAt: ',
    ],
    [
      'a version that is none',
      { endpoint: 'digits', operation: { do: 'rollback', live: '007', rollout: null, last: null } },
      'operation.live: must be a version number',
    ],
  ])('that acts is refused by its field: %s', (_, event, why) => {
    expect(problem(widgetActSchema, event)).toContain(why);
  });

  it('may leave out whatever CloudWatch only is expected to say', () => {
    expect(widgetShowSchema.parse({})).toEqual({
      view: 'endpoints',
      page: 1,
      widgetContext: { theme: 'light', forms: { all: {} } },
    });
    expect(widgetShowSchema.parse({ widgetContext: { theme: 'neon' } })).toMatchObject({
      widgetContext: { theme: 'light' },
    });
  });

  it('is read in its fields as text alone, and never from what every object has', () => {
    expect(typedIn({ forms: { all: { by: 5, reason: ['x'], to: null } } })).toEqual({ by: '', reason: '', to: '' });
    expect(typedIn({ forms: { all: Object.create({ by: 'inherited' }) as Record<string, unknown> } }).by).toBe('');
    expect(typedIn({ forms: { all: { by: ` ${'x'.repeat(1e5)} ` } } }).by).toHaveLength(81);
  });
});
