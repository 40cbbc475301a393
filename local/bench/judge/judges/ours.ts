import type { Entry } from './entry';

/** This project's judge and its variants; none until it is plugged in. */
export const OUR_JUDGES: readonly Entry[] = [];
