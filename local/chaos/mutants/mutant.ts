import type { appHandlers } from '../../app/handlers';
import type { Stage } from '../world/stage';

/** The app with one thing broken on purpose, from outside: a handler, a client that it is given, or the world around it. */
export interface Mutant {
  readonly name: string;
  /** What is broken, in a sentence. */
  readonly breaks: string;
  /** Called once a run, so that what they remember is of this run alone. */
  readonly handlers?: () => Partial<typeof appHandlers>;
  /** Called after the deployment. */
  readonly world?: (stage: Stage) => void;
}
