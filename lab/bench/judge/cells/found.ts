import { PLANNED_MINUTES } from '../simulate/setting';
import { badCells } from './bad';

/** Bad greens that can be found within the hour: the best test there can be needs 10 minutes. */
export const FOUND_CELLS = badCells('found', 10, PLANNED_MINUTES);
