import type { Verdict } from './judge/judgement';
import type { Next } from './workflow';

/** What happens when the bake has ended without proof. */
export type WithoutProof = 'abort' | 'hold' | 'promote';

export interface Look {
  readonly verdict: Verdict;
  /** The current weight has baked as long as planned, extension included. */
  readonly bakeOver: boolean;
  /** Blue itself is far outside its own hour, for longer than a rollout waits. */
  readonly heldTooLong: boolean;
  /** The current weight is the last one. */
  readonly lastStep: boolean;
  /**
   * A `pass` at this look ends the bake, however much of it is left: the canary ends on proof, or it bakes longer for
   * the proof alone. @default false
   */
  readonly proofEnds?: boolean;
  /**
   * Of a weight that ends once a total failure is excluded: whether it is. Without that no larger weight follows.
   * @default not such a weight
   */
  readonly works?: boolean;
  /** The bake may still be extended. */
  readonly mayExtend: boolean;
  readonly withoutProof: WithoutProof;
  readonly needsApproval: boolean;
  /** The person who promotes this canary without waiting for its end; for the record. */
  readonly promotedBy?: string;
  /** That blue has died beside green, in words: no canary can compare them any more, and users need green. */
  readonly died?: string | undefined;
}

export interface Decision {
  readonly next: Next<'judgeCanary'> | 'extend';
  /** Who or what decides: kept in the record. */
  readonly decidedBy: string;
}

/**
 * What follows a look at the canary. Only proof, a person, an explicit setting or a blue that has died leads on to
 * `promote`; none of them overrules `fail`.
 */
export function nextAfterLook(look: Look): Decision {
  if (look.verdict === 'fail') return { next: 'abort', decidedBy: 'judge' };
  if (look.promotedBy !== undefined) return { next: 'promote', decidedBy: look.promotedBy };
  if (look.died !== undefined)
    return look.needsApproval || look.withoutProof === 'hold'
      ? { next: 'approve', decidedBy: 'person' }
      : { next: 'promote', decidedBy: `${look.died}; what was found until then decided` };
  if (look.heldTooLong) return { next: 'abort', decidedBy: 'check' };
  if (look.works === true) return { next: 'next-weight', decidedBy: 'strategy' };
  if (!look.bakeOver && !(look.proofEnds === true && look.verdict === 'pass'))
    return { next: 'continue', decidedBy: 'judge' };
  if (look.works === false) return afterExtension(look);
  if (!look.lastStep) return { next: 'next-weight', decidedBy: 'strategy' };
  switch (look.verdict) {
    case 'pass':
      return look.needsApproval ? { next: 'approve', decidedBy: 'person' } : { next: 'promote', decidedBy: 'judge' };
    case 'continue':
    case 'inconclusive':
      return look.mayExtend ? { next: 'extend', decidedBy: 'setting onInsufficientEvidence' } : afterExtension(look);
  }
}

function afterExtension(look: Look): Decision {
  const decidedBy = 'setting onInsufficientEvidence';
  switch (look.withoutProof) {
    case 'abort':
      return { next: 'abort', decidedBy };
    case 'hold':
      return { next: 'approve', decidedBy: 'person' };
    case 'promote':
      return look.needsApproval ? { next: 'approve', decidedBy: 'person' } : { next: 'promote', decidedBy };
  }
}
