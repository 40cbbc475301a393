import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from './chromium';
import { Scene } from '../scenarios/harness';
import { consolePage } from './console';
import { inCanary, openLive } from './live-page';
import { allPages } from './rollouts';
import { visit } from './visit';
import { allWidgets, type Theme } from './widgets';

/** `npm run docs:screenshots`: the README's pictures, of real rollouts of the embedded app, in light and dark. */
const PICTURES = join(__dirname, '..', '..', 'docs', 'pictures');
const WIDTH = 1100;

async function take(browser: Browser, html: string, name: string, scheme: Theme, height: number): Promise<void> {
  const { page } = await visit(browser, html, { width: WIDTH, scheme });
  const path = join(PICTURES, `${name}-${scheme}.png`);
  await page.screenshot({ path, clip: { x: 0, y: 0, width: WIDTH, height }, fullPage: true });
  await page.close();
}

/**
 * A good model in its canary, after a bad one that was stopped, as `npm run demo -- --open` and `greenlight ui` show
 * it.
 */
async function takeLive(browser: Browser): Promise<void> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 30);
  await scene.rollout({ name: 'bad', errorRate: 0.08 }, { strategy: 'Canary10Percent5Minutes' });
  await inCanary({}, 6, scene);
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, close } = await openLive(browser, scene, { width: WIDTH, height: 900 }, { colorScheme });
    await page.locator('#gates figure').first().waitFor();
    // As far as the gates' tiles: the two charts below are those of the dashboard.
    const { y = 0, height = 0 } = (await page.locator('section:has(#gates)').boundingBox()) ?? {};
    const clip = { x: 0, y: 0, width: WIDTH, height: Math.ceil(y + height) + 16 };
    await page.screenshot({ path: join(PICTURES, `live-${colorScheme}.png`), clip, fullPage: true });
    await close();
  }
}

async function main(): Promise<void> {
  const [browser, pages, widgets] = [await openBrowser(), await allPages(), await allWidgets()];
  for (const scheme of ['light', 'dark'] as const) {
    await take(browser, pages.get('bad predictions')!.html, 'report', scheme, 900);
    const panes = (['endpoints', 'canary', 'comparison'] as const).map((name) => widgets.get(`${name} ${scheme}`)!);
    const dashboard = panes.map((pane) => `<section style="padding:12px">${pane}</section>`).join('');
    await take(browser, consolePage(dashboard, scheme), 'dashboard', scheme, 1150);
  }
  await takeLive(browser);
  await browser.close();
}

void main();
