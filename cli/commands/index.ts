import type { Command } from '../command';
import { abort } from './abort';
import { approve } from './approve';
import { cost } from './cost';
import { doctor } from './doctor';
import { drill } from './drill';
import { explain } from './explain';
import { forget } from './forget';
import { history } from './history';
import { infer } from './infer';
import { open } from './open';
import { plan } from './plan';
import { postpone } from './postpone';
import { promote } from './promote';
import { reject } from './reject';
import { report } from './report';
import { resume } from './resume';
import { rollback } from './rollback';
import { start } from './start';
import { status } from './status';
import { teardown } from './teardown';
import { traffic } from './traffic';
import { ui } from './ui';
import { upload } from './upload';

/** Every command, in the groups and the order of the help. A command is one file here and one line in this list. */
export const GROUPS: readonly { readonly title: string; readonly commands: readonly Command[] }[] = [
  { title: 'Roll out', commands: [plan, upload, start] },
  { title: 'See what is so, and why', commands: [status, explain, history, report, ui, open, cost, doctor] },
  { title: 'Decide, stop, go back', commands: [approve, reject, promote, abort, rollback, resume, drill] },
  { title: 'Call an endpoint', commands: [infer, traffic] },
  { title: 'Free what is kept', commands: [teardown, postpone, forget] },
];

export const COMMANDS: readonly Command[] = GROUPS.flatMap(({ commands }) => commands);
