import type { Browser, Page } from 'playwright-core';
import { serveLive } from '../../cli/live/server';
import { personIn } from '../../simulator/app/save-recording';
import { Scene } from '../scenarios/harness';

export interface OpenedLive {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** An embedded app in which a canary runs, at one of its looks. */
export async function inCanary(model: object, looks: number, scene?: Scene): Promise<Scene> {
  const app = scene ?? (await Scene.open());
  if (scene === undefined) await app.serve({ name: 'v1' }, 30);
  const versionId = await app.upload({ name: 'v2', ...model }, { strategy: 'Canary10Percent15Minutes' });
  const execution = await app.started(({ input }) => input.includes(versionId));
  await app.reaches(execution, 'Bake', looks);
  return app;
}

/** The live page of an embedded app, once it shows what is so. */
export async function openLive(
  browser: Browser,
  scene: Scene,
  viewport: { readonly width: number; readonly height: number },
  look: object = {},
): Promise<OpenedLive> {
  const live = await serveLive({
    ...personIn(scene.app),
    ...{ inAws: false, title: 'Greenlight demo', by: 'ada', everyMs: 200 },
  });
  const page = await browser.newPage({ viewport, ...look });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(live.url);
  await page.locator('#rollout .badge').first().waitFor();
  return {
    ...{ page, complaints },
    close: async () => {
      await page.close();
      await live.stop();
    },
  };
}
