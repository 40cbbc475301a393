import { rest } from './1-rest';
import { promotion } from './2-promotion';
import { safety } from './3-safety';
import { deletions } from './4-deletions';
import { users } from './5-users';
import { records } from './6-records';
import { permissions } from './7-permissions';
import { errors } from './8-errors';
import { telling } from './9-telling';
import { wayOut } from './10-way-out';
import { takenBack } from './11-taken-back';
import { callers } from './12-callers';
import { waves } from './14-waves';
import { hooks } from './hooks';
import { replays } from './replays';
import type { Breach, Found } from './found';

const PROMISES = [
  rest,
  promotion,
  safety,
  deletions,
  users,
  records,
  permissions,
  errors,
  telling,
  wayOut,
  takenBack,
  callers,
  waves,
  replays,
  hooks,
];

/** Every promise that a run broke. */
export const check = (found: Found): readonly Breach[] => PROMISES.flatMap((promise) => promise(found));
