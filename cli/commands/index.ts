import type { Command } from '../command';
import { abort } from './abort';
import { approve } from './approve';
import { cost } from './cost';
import { explain } from './explain';
import { forget } from './forget';
import { history } from './history';
import { plan } from './plan';
import { postpone } from './postpone';
import { promote } from './promote';
import { reject } from './reject';
import { report } from './report';
import { rollback } from './rollback';
import { start } from './start';
import { status } from './status';
import { teardown } from './teardown';
import { upload } from './upload';

/** Every command, in the order of the help. A command is one file here and one line in this list. */
export const COMMANDS: readonly Command[] = [
  plan,
  upload,
  start,
  status,
  explain,
  promote,
  abort,
  rollback,
  approve,
  reject,
  history,
  report,
  teardown,
  postpone,
  forget,
  cost,
];
