import type { Browser } from 'playwright-core';
import { openBrowser } from './chromium';
import { allPages, PAGE_NAMES, type RolloutPage } from './rollouts';
import { accessibilityProblems, openAll, visit } from './visit';

let browser: Browser;
let pages: ReadonlyMap<string, RolloutPage>;

beforeAll(async () => {
  [browser, pages] = [await openBrowser(), await allPages()];
}, 600_000);
afterAll(() => browser?.close());

const htmlOf = (name: string): string => pages.get(name)!.html;

/** What a person reads first, and the headings below. */
const CONTENT: Readonly<
  Record<string, { readonly h1: RegExp; readonly badge: string; readonly has: readonly string[] }>
> = {
  first: {
    h1: /version \d+ \(v1\.onnx\) was promoted, the first model/,
    badge: 'Promoted, the first model',
    has: ['canary was skipped'],
  },
  good: {
    h1: /\(v2\.onnx\) was promoted and has all traffic/,
    badge: 'Promoted',
    has: ['live requests: no harm on errors', 'retrain week 47', 'After promotion'],
  },
  'bad errors': {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['errors: green ', 'v2.onnx), blue, with all traffic'],
  },
  'bad latency': {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['CanaryRegressed: latency: '],
  },
  'bad predictions': {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['CanaryRegressed: predictions: class 0 is '],
  },
  'bad custom': {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['CanaryRegressed: custom:fallbacks: '],
  },
  refused: { h1: /was refused before it got any traffic/, badge: 'Refused', has: ['accuracy 50 %'] },
  'dry run': { h1: /passed its dry run/, badge: 'Dry run passed', has: ['Before any traffic'] },
  'already live': { h1: /is in service already/, badge: 'Already live', has: ['this very model'] },
  rollback: { h1: /\(v1\.onnx\) is back in service/, badge: 'Rolled back', has: ['rollback'] },
  stopped: { h1: /was stopped in the canary/, badge: 'Stopped in the canary', has: ['wrong model', 'StoppedByPerson'] },
  'alias moved': {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['the traffic was changed outside this rollout'],
  },
  'taken back': {
    h1: /was taken back after promotion/,
    badge: 'Taken back',
    has: ['LiveRegressed: errors', 'The canary: blue beside green', 'After promotion'],
  },
  'replay good': {
    h1: /was promoted and has all traffic: replay of [\d,]+ requests \+ \d+ live/,
    badge: 'Promoted',
    has: ['The same requests', 'Only then did it get users'],
  },
  'replay bad': {
    h1: /was refused before it got any traffic/,
    badge: 'Refused',
    has: ['on which they differ most', 'no user met it'],
  },
  insufficient: {
    h1: /was stopped in the canary/,
    badge: 'Stopped in the canary',
    has: ['InsufficientEvidence: ', 'Green may be good: the traffic could not tell'],
  },
};

it.each(PAGE_NAMES)('the page of a rollout that ended so says it: %s', async (name) => {
  const { page } = await visit(browser, htmlOf(name), {});
  const expected = CONTENT[name]!;
  expect(await page.locator('h1').innerText()).toMatch(expected.h1);
  expect(await page.locator('.outcome').innerText()).toContain(expected.badge);
  const text = await page.locator('main').innerText();
  for (const part of expected.has) expect(text).toContain(part);
  const { record } = pages.get(name)!.ended;
  if (record?.cause !== undefined) expect(text).toContain(record.cause);
  await page.close();
});

it.each(PAGE_NAMES)('the page asks for nothing, complains of nothing and fits phone and desk: %s', async (name) => {
  for (const width of [360, 390, 768, 1440]) {
    const { page, complaints, requests } = await visit(browser, htmlOf(name), { width });
    await openAll(page);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect({ width, wide, complaints, requests }).toEqual({ width, wide: width, complaints: [], requests: [] });
    await page.close();
  }
});

/** Those that differ in more than their words. */
const KINDS = [
  ...['first', 'good', 'bad errors', 'refused', 'stopped', 'taken back'],
  ...['rollback', 'replay good', 'replay bad', 'insufficient'],
];

describe.each(
  (['light', 'dark'] as const).flatMap((scheme) => [390, 768, 1440].map((width) => [scheme, width] as const)),
)('in %s, %s px wide', (scheme, width) => {
  it.each(KINDS)('everybody can read the page, with all its parts open: %s', async (name) => {
    const { page } = await visit(browser, htmlOf(name), { width, scheme });
    await openAll(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });
});

it('is walked through with the keyboard: the skip link first, then everything that opens, scrolls or leads on', async () => {
  const { page } = await visit(browser, htmlOf('good'), {});
  await page.keyboard.press('Tab');
  expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the content');
  expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 0, y: 0 });
  const visible = await page.locator('a:visible, summary:visible, [role=group]:visible').count();
  const reached = new Map<number, string>();
  for (let step = 0; step < visible; step += 1) {
    const [index, outline] = await page.evaluate<[number, string]>(FOCUSED);
    reached.set(index, outline);
    await page.keyboard.press('Tab');
  }
  expect(reached.size).toBe(visible);
  expect([...new Set(reached.values())]).toEqual(['solid 3px']);
  await page.close();
});

/** Which element has the focus, and how it is outlined. */
const FOCUSED = `[
  [...document.querySelectorAll('*')].indexOf(document.activeElement),
  ['outlineStyle', 'outlineWidth'].map((one) => getComputedStyle(document.activeElement)[one]).join(' '),
]`;

it('opens the numbers behind a chart with the keyboard', async () => {
  const { page } = await visit(browser, htmlOf('bad errors'), {});
  const figure = page.locator('figure').first();
  expect(await figure.locator('figcaption').innerText()).toContain('errors ✕ worse than tolerated');
  expect(await figure.locator('table').isVisible()).toBe(false);
  await figure.locator('summary').focus();
  await page.keyboard.press('Enter');
  expect(await figure.locator('table').isVisible()).toBe(true);
  // A row for each step of the band.
  const steps = ((await figure.locator('.band path').first().getAttribute('d')) ?? '').match(/M/g)?.length;
  expect(await figure.locator('tbody tr').count()).toBe(steps);
  await page.close();
});

it('has no drawing without a name and a description, and no heading out of order', async () => {
  const { page } = await visit(browser, htmlOf('taken back'), {});
  await openAll(page);
  const drawings = page.locator('figure svg');
  expect(await drawings.count()).toBeGreaterThan(5);
  for (const drawing of await drawings.all()) {
    const [name, says] = [
      await drawing.getAttribute('aria-labelledby'),
      await drawing.getAttribute('aria-describedby'),
    ];
    expect((await page.locator(`#${name}`).innerText()).length).toBeGreaterThan(10);
    expect((await page.locator(`#${says}`).innerText()).length).toBeGreaterThan(20);
  }
  await page.close();
});

it('prints, in dark mode as well: dark on white, with what is folded away', async () => {
  const { page } = await visit(browser, htmlOf('good'), { scheme: 'dark' });
  const closed = (await page.pdf({ format: 'A4' })).length;
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const style = 'getComputedStyle(document.body)';
  expect(await page.evaluate(`[${style}.backgroundColor, ${style}.color]`)).toEqual([
    'rgb(255, 255, 255)',
    'rgb(0, 0, 0)',
  ]);
  expect(await page.locator('figure table').first().isVisible()).toBe(true);
  expect(closed).toBeGreaterThan(50_000);
  await page.close();
});
