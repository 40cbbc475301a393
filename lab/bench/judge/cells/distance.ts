import { badCells } from './bad';

/**
 * The same bad greens with half the traffic and for longer than planned, so that hardly any canary ends undecided and
 * the rest of the minute in which a judge stops is a small part of what it needed.
 */
export const DISTANCE_CELLS = badCells('distance', 20, 150);
