import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium by GREENLIGHT_CHROMIUM or by its name on PATH; Debian's package is `chromium`. */
export function chromiumPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env['GREENLIGHT_CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`GREENLIGHT_CHROMIUM is ${JSON.stringify(named)}, and there is no such file`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'the browser tests need a Chromium: on Debian or Ubuntu `apt-get install chromium`, elsewhere name one in ' +
      'GREENLIGHT_CHROMIUM',
  );
}

/** Without its sandbox, which needs rights that root in a container does not have: the pages are our own. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'], timeout: 30_000 });
