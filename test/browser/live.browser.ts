import type { Browser, Page } from 'playwright-core';
import { EVERY_MS } from '../../cli/live/app';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import { asking } from '../scenarios/asking';
import { MINUTE, Scene } from '../scenarios/harness';
import { openBrowser } from './chromium';
import { inCanary, openLive } from './live-page';
import { accessibilityProblems, openAll } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 180_000);
afterAll(() => browser?.close());

/** What a test opened, closed whatever became of it: a clock that goes on would keep the process. */
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The page of an app; its clock goes by the machine's from `go` on. */
async function shown(scene: Scene, look: object = {}) {
  const opened = await openLive(browser, scene, { width: 1440, height: 900 }, look);
  closers.push(opened.close);
  return {
    ...opened,
    go: () => {
      const driver = scene.world.clock.scaled(MINUTE_MS / 100);
      closers.push(() => driver.stop());
    },
  };
}

/** The page of an embedded app in which a canary runs, at the third look. */
async function open(model: object, look: object = {}, looks = 3) {
  const scene = await inCanary(model, looks);
  return { scene, ...(await shown(scene, look)) };
}

it('shows what runs, and goes on by itself: the share, the bands, the end', async () => {
  const { page, go, complaints } = await open({ errorRate: 0.03 }, {}, 1);
  expect(await page.locator('h1').innerText()).toBe('Greenlight demo');
  expect(await page.locator('#endpoints').innerText()).toMatch(/digits.*rolling out.*v2\.onnx: 10 % of the traffic/s);
  go();
  await page.locator('#gates .state.bad').first().waitFor({ timeout: 60_000 });
  const captions = await page.locator('#gates figcaption').allInnerTexts();
  expect(new Set(captions).size).toBe(captions.length);
  expect(await page.locator('#gates figcaption').first().innerText()).toBe('errors ✕ worse than tolerated');
  await page.locator('#reports .badge.bad').waitFor({ timeout: 60_000 });
  expect(await page.locator('#reports').innerText()).toMatch(/Stopped in the canary.*v2\.onnx/s);
  // The report behind it is the rollout's own.
  await page.locator('#reports a').first().click();
  expect(await page.locator('h1').innerText()).toContain('was stopped in the canary');
  expect(complaints).toEqual([]);
}, 180_000);

it('aborts by its button, with what is typed kept and the focus where it was', async () => {
  const { scene, page, go, complaints } = await open({});
  const by = page.locator('input[name=by]');
  expect(await by.inputValue()).toBe('ada');
  await by.fill('Ada L');
  go();
  const head = page.locator('#rollout p.head');
  // Not `waitForFunction`: from its second look on it needs eval(), which the page forbids.
  await head.filter({ hasNotText: await head.innerText() }).waitFor({ timeout: 60_000 });
  expect(await by.inputValue()).toBe('Ada L');
  expect(await page.evaluate('document.activeElement.name')).toBe('by');
  const questions: string[] = [];
  page.on('dialog', (dialog) => {
    questions.push(dialog.message());
    void dialog.accept();
  });
  await page.locator('#rollout button', { hasText: 'Abort' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#said .said').waitFor({ timeout: 60_000 });
  expect(questions).toEqual([expect.stringMatching(/^Stop rollout/)]);
  expect(await page.locator('#said').innerText()).toMatch(/Done: rollout .* ended as aborted/);
  await page.locator('#rollout .badge', { hasText: 'at rest' }).waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
  await closers.pop()?.();
  expect(await scene.atRest()).toBe('v1');
}, 180_000);

/** Two taps: a button, and yes to its question. */
async function press(page: Page, button: string): Promise<string> {
  const asked = new Promise<string>((told) =>
    page.once('dialog', (dialog) => {
      told(dialog.message());
      void dialog.accept();
    }),
  );
  await page.locator('#rollout button', { hasText: button }).first().click();
  const question = await asked;
  await page.locator('#said .said').waitFor({ timeout: 60_000 });
  return `${question} ${await page.locator('#said').innerText()}`;
}

it('approves by its button what waits for a person, and says so before it and after it', async () => {
  const [scene, execution] = await asking('before-traffic');
  const { page, go, complaints } = await shown(scene);
  go();
  await page.locator('#rollout button', { hasText: 'Approve' }).waitFor({ timeout: 60_000 });
  const said = await press(page, 'Approve');
  expect(said).toMatch(
    /^Approve rollout .*then goes on to users\..*was approved by ada \(live page\); green goes on to users/s,
  );
  expect(complaints).toEqual([]);
  await closers.pop()?.();
  const { record } = await scene.end(execution);
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
  expect(record?.state?.timeline.map(({ note }) => note).join('\n')).toContain('ada (live page)');
}, 180_000);

it('rolls back by its button when nothing runs', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 5);
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const { page, go, complaints } = await shown(scene);
  go();
  const said = await press(page, 'Roll back');
  expect(said).toMatch(/^Roll digits back\?.*v1\.onnx.*rollback \S+ has begun/s);
  await page
    .locator('#reports li', { hasText: /rolled back/i })
    .first()
    .waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
  await closers.pop()?.();
  expect(await scene.atRest()).toBe('v1');
}, 180_000);

it.each([
  [1440, 'light'],
  [768, 'dark'],
  [390, 'dark'],
  [390, 'light'],
] as const)(
  'can be read by everybody at %s px in %s, and fits',
  async (width, colorScheme) => {
    const { page, complaints } = await open({}, { viewport: { width, height: 900 }, colorScheme });
    await page.locator('#gates figure').first().waitFor();
    const shots = process.env['GREENLIGHT_SHOTS'];
    if (shots !== undefined)
      await page.screenshot({ path: `${shots}/live-${width}-${colorScheme}.png`, fullPage: true });
    await openAll(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
  },
  180_000,
);

it('asks less often of AWS, where each question costs', () => {
  expect(EVERY_MS.aws).toBeGreaterThan(10 * EVERY_MS.here);
  expect(MINUTE).toBe(MINUTE_MS);
});
