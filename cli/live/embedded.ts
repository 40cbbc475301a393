import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';
import { personIn } from '../../simulator/app/save-recording';
import { openFile, userName } from '../open-file';
import { EVERY_MS } from './app';
import { type LiveServer, serveLive } from './server';

/** The page of an app in this process, on which all buttons work. */
const serveEmbedded = (app: EmbeddedApp, title: string): Promise<LiveServer> =>
  serveLive({ ...personIn(app), inAws: false, title, by: userName(), everyMs: EVERY_MS.here });

/** A person sees the beginning, too: so long a run waits for the page that it opened. */
const OPENS_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 100;

/**
 * Serves the page of an app in this process, says where, and opens it where there is a browser. Answers once it is
 * looked at, or after some seconds: then there is none, and the address was said.
 */
export async function watchEmbedded(app: EmbeddedApp, title: string, say: (line: string) => void): Promise<LiveServer> {
  const live = await serveEmbedded(app, title);
  say(`Watch it: ${live.url}`);
  const until = performance.now() + ((await opened(live.url)) ? OPENS_WITHIN_MS : 0);
  while (!live.isWatched() && performance.now() < until) await delay(LOOK_EVERY_MS);
  return live;
}

/** Whether something was started that shows pages. */
export async function opened(address: string): Promise<boolean> {
  try {
    await openFile(address);
    return true;
  } catch {
    return false;
  }
}
