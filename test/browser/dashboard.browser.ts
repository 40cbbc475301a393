import type { Browser, Page } from 'playwright-core';
import { MINUTE, Scene } from '../scenarios/harness';
import { callWidget, contextOf, show } from '../scenarios/widgets';
import { openBrowser } from './chromium';
import { consolePage } from './console';
import { accessibilityProblems, openAll, visit } from './visit';
import { allWidgets, type Theme, WIDGET_NAMES, type WidgetName } from './widgets';

/** On a busy machine the accessibility rules take long for the tables behind six charts. */

interface Box {
  readonly label: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

let browser: Browser;
let widgets: Awaited<ReturnType<typeof allWidgets>>;

beforeAll(async () => {
  [browser, widgets] = [await openBrowser(), await allWidgets()];
}, 180_000);
afterAll(() => browser?.close());

const pageOf = (name: WidgetName, theme: Theme): string => consolePage(widgets.get(`${name} ${theme}`)!, theme);

describe.each(WIDGET_NAMES)('the widget "%s"', (name) => {
  it('fits a phone and a desk, asks for nothing and complains of nothing', async () => {
    for (const width of [360, 1440]) {
      const { page, complaints, requests } = await visit(browser, pageOf(name, 'light'), { width });
      await openAll(page);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect({ width, wide, complaints, requests }).toEqual({ width, wide: width, complaints: [], requests: [] });
      await page.close();
    }
  });

  it.each(['light', 'dark'] as const)('can be read by everybody in %s, with all its parts open', async (theme) => {
    const { page } = await visit(browser, pageOf(name, theme), { width: 700 });
    await openAll(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });

  it('has nothing that CloudWatch takes out, and no rule that reaches beyond it', async () => {
    const { page } = await visit(browser, pageOf(name, 'light'), {});
    const inside = '#widget';
    expect(
      await page
        .locator(['script', 'iframe', 'use', 'form', 'link', 'object'].map((one) => `${inside} ${one}`).join())
        .count(),
    ).toBe(0);
    expect(
      await page.evaluate(`[...document.querySelectorAll('#widget *')].flatMap((one) => [...one.attributes])
        .filter(({ name, value }) => name.startsWith('on') || value.startsWith('javascript:')).map(({ name }) => name)`),
    ).toEqual([]);
    const beyond = await page.evaluate(`[...document.querySelector('#widget style').sheet.cssRules]
      .flatMap((rule) => rule.media === undefined ? [rule] : [...rule.cssRules])
      .flatMap(({ selectorText }) => (selectorText ?? 'no rule').split(/,(?![^(]*\\))/))
      .filter((one) => !one.trim().startsWith('.gl'))`);
    expect(beyond).toEqual([]);
    await page.close();
  });
});

it('shows all of an endpoint on a phone: nothing of its row must be scrolled to', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, pageOf('endpoints', theme), { width: 390, scheme: theme });
    const outside = await page.evaluate(`[...document.querySelectorAll('td')]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth || one.innerText.trim() === '').length`);
    expect(outside).toBe(0);
    expect(await page.locator('td', { hasText: 'Last outcome' }).innerText()).toContain('CanaryRegressed');
    await page.close();
  }
});

it('draws blue and green in colours of their own', async () => {
  const { page } = await visit(browser, pageOf('comparison', 'light'), {});
  const colour = (selector: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).stroke`);
  expect([await colour('.blue-line path'), await colour('.green-line path')]).toEqual([
    'rgb(29, 91, 184)',
    'rgb(21, 115, 71)',
  ]);
  await page.close();
});

describe('with a rollout that runs', () => {
  const LONG = { strategy: 'Canary10Percent15Minutes' };

  /** A widget in a console that calls the deployed functions; what was asked before each call. */
  async function live(): Promise<{ scene: Scene; page: Page; questions: string[] }> {
    const scene = await Scene.open();
    await scene.serve();
    const versionId = await scene.upload({ name: 'v2' }, LONG);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'Bake', 3);
    const { page } = await visit(browser, consolePage(await show(scene, 'rollout'), 'light'), { width: 700 });
    await page.exposeFunction('callFunction', (_: string, payload: object, { all }: { all: Record<string, unknown> }) =>
      callWidget(scene, 'dashboard-act', { ...payload, widgetContext: contextOf({ typed: all }) }),
    );
    return { scene, page, questions: [] };
  }

  it('is aborted on a phone with two taps, and no other button is near that one', async () => {
    const { scene, page } = await live();
    await page.setViewportSize({ width: 390, height: 844 });
    const [heading, ...buttons] = await page.evaluate<readonly Box[]>(
      `[document.querySelector('.headline'), ...document.querySelectorAll('.buttons')[0].querySelectorAll('button')].map((one) => {
        const { left, right, top, bottom } = one.getBoundingClientRect();
        return { label: one.textContent.trim(), left, right, top, bottom };
      })`,
    );
    const abort = buttons.find(({ label }) => label === 'Abort')!;
    for (const one of buttons) {
      expect(one.bottom - one.top).toBeGreaterThanOrEqual(44);
      expect(one.bottom).toBeLessThan(heading!.bottom + 250);
      if (one === abort) continue;
      const apart = Math.max(
        one.left - abort.right,
        abort.left - one.right,
        one.top - abort.bottom,
        abort.top - one.bottom,
      );
      expect({ label: one.label, isApart: apart >= 16 }).toEqual({ label: one.label, isApart: true });
    }
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void dialog.accept();
    });
    await page.mouse.click((abort.left + abort.right) / 2, (abort.top + abort.bottom) / 2);
    await page.locator('.said').waitFor();
    expect(await page.locator('.said').innerText()).toMatch(/^Done: rollout .* ended as aborted/);
    expect(questions).toHaveLength(1);
    expect(await scene.atRest()).toBe('v1');
    await page.close();
  });

  it('is aborted with the keyboard alone, and a name and a reason where one gives them', async () => {
    const { scene, page, questions } = await live();
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void dialog.accept();
    });
    await page.locator('input[name=by]').focus();
    await page.keyboard.type('Ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong model');
    for (
      let step = 0;
      step < 6 && (await page.evaluate<string>('document.activeElement.textContent')) !== 'Abort';
      step += 1
    )
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('.said').waitFor();
    expect(await page.locator('.said').innerText()).toMatch(/^Done: rollout .* ended as aborted/);
    expect(questions).toEqual([
      expect.stringMatching(/^Stop rollout \S+ of digits\? Blue, version 2, v1\.onnx, then has all traffic\.$/),
    ]);
    expect(await page.locator('input[name=by]').inputValue()).toBe('Ada');
    expect(await scene.atRest()).toBe('v1');
    await page.close();
  });

  it('is left alone when the question is answered with no, and when the page is older than the rollout', async () => {
    const { scene, page } = await live();
    const [execution] = scene.world.executions.slice(-1);
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.locator('input[name=by]').fill('Ada');
    await page.locator('input[name=reason]').fill('wrong model');
    await page.locator('button', { hasText: 'Abort' }).click();
    expect(await page.locator('.said').count()).toBe(0);
    expect(execution?.status).toBe('RUNNING');

    await scene.end(execution!);
    await scene.world.runFor(MINUTE);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.locator('button', { hasText: 'Abort' }).click();
    await page.locator('.said').waitFor();
    expect(await page.locator('.said').innerText()).toMatch(/^NothingRuns: endpoint digits: no rollout runs/);
    expect(await page.locator('.badge').first().innerText()).toBe('at rest');
    expect(await scene.atRest()).toBe('v2');
    await page.close();
  });
});
