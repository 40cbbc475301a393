import type { RolloutRecord } from '../../contract/rollout-record';
import { count, percent, score } from '../../domain/numbers';

export interface OutcomeInWords {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** Says at a glance what the tone says in colour. */
  readonly symbol: string;
  readonly badge: string;
  /** Ends a sentence that begins with the model. */
  readonly happened: string;
}

/** How a rollout ended, for a reader who has ten seconds. */
export function outcomeInWords(record: RolloutRecord): OutcomeInWords {
  const said = words(record);
  if (record.error !== undefined && said.tone !== 'bad') return { ...said, tone: 'bad', symbol: '!' };
  return said;
}

const good = (badge: string, happened: string): OutcomeInWords => ({ tone: 'good', symbol: '✓', badge, happened });
const bad = (badge: string, happened: string): OutcomeInWords => ({ tone: 'bad', symbol: '✕', badge, happened });
const neutral = (badge: string, happened: string): OutcomeInWords => ({
  ...{ tone: 'neutral', symbol: '–' },
  ...{ badge, happened },
});

function words(record: RolloutRecord): OutcomeInWords {
  const isRollback = record.state?.plan.action === 'rollback';
  switch (record.outcome) {
    case 'promoted':
      return isRollback
        ? good('Rolled back', 'is back in service, as a person asked')
        : record.state?.watch?.unwatched === undefined
          ? good('Promoted', `was promoted and has all traffic${proofInWords(record)}`)
          : neutral(
              'Promoted, unwatched',
              `was promoted and has all traffic, unwatched: ${record.state.watch.unwatched}`,
            );
    case 'promoted-first':
      return good('Promoted, the first model', 'was promoted, the first model of this endpoint');
    case 'already-live':
      return isRollback
        ? neutral('Already put back', 'is in service: what a rollback would undo was put back already')
        : neutral('Already live', 'is in service already: nothing was done');
    case 'dry-run-passed':
      return good(
        'Dry run passed',
        `passed its dry run${proofInWords(record)}; no traffic was touched, and it was deleted again`,
      );
    case 'aborted':
      return hadTraffic(record)
        ? bad('Stopped in the canary', 'was stopped in the canary and has no traffic')
        : bad('Stopped before any traffic', 'was stopped before it got any traffic');
    case 'reverted':
      return bad('Taken back', 'was taken back after promotion');
    case 'not-restored':
      return bad('NOT put back', 'failed, and blue is not what serves now: a person is needed');
    case 'rejected':
      return bad('Refused', 'was refused before it got any traffic');
    case undefined:
      return neutral(record.status === 'running' ? 'Running' : 'Ended', 'has no outcome yet');
  }
}

/** What a good end rests on: ": replay of 1,440 requests + 225 live". */
const proofInWords = ({ proof }: Pick<RolloutRecord, 'proof'>): string => (proof === undefined ? '' : `: ${proof}`);

const hadTraffic = ({ state }: RolloutRecord): boolean => (state?.weights ?? []).some(({ weight }) => weight > 0);

/** Why, in one sentence with its numbers. */
export function reasonInWords({ error, cause, outcome, decidedBy, proof, state }: RolloutRecord): string {
  if (error !== undefined) return `${error}: ${cause ?? 'no cause was given'}`;
  if (state?.judgement !== undefined && outcome === 'promoted')
    return `Pass${proof === undefined ? '' : ` by ${proof}`}: ${state.judgement.reason}`;
  const verified = verificationInWords(state?.verification);
  switch (outcome) {
    case 'promoted-first':
      return `There was no blue to compare with, so that the canary was skipped${verified}.`;
    case 'dry-run-passed':
      return `The model was validated and verified${verified}.`;
    case 'promoted':
      return `There was no canary. Decided by ${decidedBy ?? 'a setting'}${verified}.`;
    case 'already-live':
      if (state?.plan.action === 'rollback' && decidedBy !== undefined) return `${decidedBy}.`;
      return 'The live alias points at this very model and settings.';
    case 'aborted':
    case 'reverted':
    case 'not-restored':
    case 'rejected':
    case undefined:
      return decidedBy === undefined ? '' : `Decided by ${decidedBy}.`;
  }
}

function verificationInWords(verification: NonNullable<RolloutRecord['state']>['verification']): string {
  const { goldenAccuracy, goldenError, rows, replayed } = verification ?? {};
  const golden =
    goldenAccuracy !== undefined
      ? `; golden set: ${percent(goldenAccuracy)} of ${count(rows ?? 0)} rows right`
      : goldenError !== undefined
        ? `; golden set: root mean squared error ${score(goldenError)} on ${count(rows ?? 0)} rows`
        : '';
  return replayed === undefined ? golden : `${golden}; ${count(replayed)} captured requests replayed`;
}
