import { consoleLinks } from '../../../lambdas/adapters/console-links';
import { ENV } from '../../../lambdas/contract/names';
import { type TransitionEvent, transitionEventSchema } from '../../../lambdas/contract/transition-event';
import { noticeOf } from '../../../lambdas/pages/notices/notice-of';
import type { Notice } from '../../../lambdas/adapters/notices';
import { contextWith, TEST_ENV } from '../../adapters/stand-ins';

export const LINKS = consoleLinks(contextWith({}, { ...TEST_ENV, [ENV.dashboard]: 'Greenlight-eu-central-1' }));

/** What waits in the outbox of a table, parsed as the publisher parses it. */
export const announcedIn = (items: readonly Readonly<Record<string, unknown>>[]): readonly TransitionEvent[] =>
  items.filter(({ pk }) => pk === 'OUTBOX').map(({ event }) => transitionEventSchema.parse(JSON.parse(String(event))));

/** The notices that people will get of it. */
export const noticesIn = (items: readonly Readonly<Record<string, unknown>>[]): readonly Notice[] =>
  announcedIn(items).flatMap((event) => noticeOf(event, LINKS) ?? []);
