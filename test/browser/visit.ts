import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

export interface Visit {
  readonly page: Page;
  /** What the console said at levels warning and error, and what the page threw. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, beside the page itself. */
  readonly requests: readonly string[];
}

export interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A made-up address: nothing listens there, and any request that leaves the page would be noticed. */
const ADDRESS = 'http://report.invalid/report.html';

/** Opens a page as a file that was downloaded: whatever else it asks for is noted, and not answered. */
export async function visit(browser: Browser, html: string, { width = 1440, scheme = 'light' }: Look): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const [complaints, requests] = [[] as string[], [] as string[]];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === ADDRESS) return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' });
    requests.push(url);
    return route.abort();
  });
  await page.goto(ADDRESS);
  return { page, complaints, requests };
}

const RULES = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds against WCAG 2.2 A and AA and its own good practice: rule, element, why. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResult>(`axe.run({ runOnly: { type: 'tag', values: ${RULES} } })`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
  );
}

/** Opens everything that is folded away. */
export const openAll = (page: Page): Promise<unknown> =>
  page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}
