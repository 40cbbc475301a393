import type { PlanQuestion } from '../../lambdas/domain/plan/question';
import { refused } from '../../tools/arguments-invalid';
import { HELP, parsePlanArguments } from './arguments';
import { planInWords } from './in-words';
import { makePlan } from './make-plan';
import type { Workers } from './workers';

export interface PlanOutput {
  /** The plan. */
  readonly out: (text: string) => void;
  /** Everything else, so that `--json` leaves nothing but JSON among the results. */
  readonly note: (text: string) => void;
  readonly progress: (done: number) => void;
}

/** The whole command; answers its exit code. */
export async function runPlan(
  argv: readonly string[],
  { out, note, progress }: PlanOutput,
  workers: (question: PlanQuestion) => Workers,
): Promise<0 | 2> {
  try {
    const options = parsePlanArguments(argv);
    if (options === 'help') {
      out(HELP);
      return 0;
    }
    const plan = await makePlan(options.request, { workers, progress });
    out(options.json ? JSON.stringify(plan, undefined, 2) : planInWords(plan));
    return 0;
  } catch (error) {
    return refused(error, (line) => note(`plan: ${line}`));
  }
}
