import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from './chromium';
import { consolePage } from './console';
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

async function main(): Promise<void> {
  const [browser, pages, widgets] = [await openBrowser(), await allPages(), await allWidgets()];
  for (const scheme of ['light', 'dark'] as const) {
    await take(browser, pages.get('bad predictions')!.html, 'report', scheme, 900);
    const panes = (['endpoints', 'canary', 'comparison'] as const).map((name) => widgets.get(`${name} ${scheme}`)!);
    const dashboard = panes.map((pane) => `<section style="padding:12px">${pane}</section>`).join('');
    await take(browser, consolePage(dashboard, scheme), 'dashboard', scheme, 1150);
  }
  await browser.close();
}

void main();
