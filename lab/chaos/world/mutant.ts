import type { appHandlers } from '../../../simulator/app/handlers';
import type { ServerRules } from '../plan/server-rules';
import type { Family } from '../plan/incidents';

/** The app with one thing broken on purpose, from outside: a handler, a client that it is given, or its template. */
export interface Mutant {
  readonly name: string;
  /** What is broken, in a sentence. */
  readonly breaks: string;
  /** The incidents that provoke it. @default what the seed draws */
  readonly family?: Family;
  /** So many runs from the first are left out: none of them notices. @default 0 */
  readonly skipRuns?: number;
  /** Called once a run, so that what they remember is of this run alone. */
  readonly handlers?: () => Partial<typeof appHandlers>;
  /** What the model server no longer refuses. */
  readonly server?: Partial<ServerRules>;
  /** Changes the template's JSON text. */
  readonly template?: (text: string) => string;
}
