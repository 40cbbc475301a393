import type { RolloutRecord } from '../../contract/rollout-record';
import { count, percent, score, some } from '../../domain/numbers';
import { ERROR_NAMES } from '../../contract/errors';
import type { Action, WeightChange } from '../../domain/rollout';
import { MINUTE_MS } from '../../domain/minutes';
import { afterFailing } from './failing';
import { duration } from './html';

/** Before the reason that was given. */
export const BECAUSE: Readonly<Record<Action, string>> = {
  rollout: 'Uploaded because',
  rollback: 'Rolled back because',
  drill: 'Drilled because',
};

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
  const { liveFails } = record;
  if (liveFails !== undefined) {
    const did = liveFails.how.replace('fails', 'failed').replace('is', 'was');
    const happened = `${said.happened}; version ${liveFails.version}, which was live then, ${did}: ${liveFails.why}`;
    return { ...said, tone: 'bad', symbol: '!', happened };
  }
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
      if (record.state?.plan.action === 'drill' && hadTraffic(record))
        return record.error === 'CanaryRegressed'
          ? good('Drill: stopped', 'failed its users on purpose, was stopped in the canary and has no traffic')
          : bad('Drill: not stopped by the judge', 'failed its users on purpose and has no traffic now');
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
  const { verdict, reason = '' } = state?.judgement ?? {};
  const isByJudge = verdict === 'pass' && (decidedBy ?? 'judge') === 'judge';
  if (isByJudge && outcome === 'promoted') return `Pass${proof === undefined ? '' : ` by ${proof}`}: ${reason}`;
  if (verdict !== undefined && outcome === 'promoted')
    return `${decidedInWords(decidedBy)}. The judge's last word: ${verdict}. ${reason}`;
  const verified = verificationInWords(state?.verification);
  switch (outcome) {
    case 'promoted-first':
      return `There was no blue to compare with, so that the canary was skipped${verified}.`;
    case 'dry-run-passed':
      return `The model was validated and verified${verified}.`;
    case 'promoted':
      return `There was no canary. ${decidedInWords(decidedBy)}${verified}${replayInWords(state)}.`;
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

/** A blue that answers nothing decides no more than that. */
export const decidedInWords = (decidedBy = 'a setting'): string =>
  decidedBy.startsWith('blue ') ? decidedBy.replace('blue', 'Blue') : `Decided by ${decidedBy}`;

const replayInWords = (state: RolloutRecord['state']): string =>
  (state?.replay?.pairs ?? 0) === 0
    ? ''
    : `; both versions answered ${some(state?.replay?.pairs ?? 0, 'request')} before`;

function verificationInWords(verification: NonNullable<RolloutRecord['state']>['verification']): string {
  const { goldenAccuracy, goldenError, rows } = verification ?? {};
  if (goldenAccuracy !== undefined) return `; golden set: ${percent(goldenAccuracy)} of ${count(rows ?? 0)} rows right`;
  return goldenError === undefined
    ? ''
    : `; golden set: root mean squared error ${score(goldenError)} on ${count(rows ?? 0)} rows`;
}

/** "version 4 (v4.onnx)"; the file where there is no version, the rollout where there is no file. */
export function greenName(record: RolloutRecord): string {
  const { green } = record.state ?? {};
  const file = fileOf(green?.model?.key ?? record.model?.split('?versionId=')[0]);
  if (green?.version === undefined) return file ?? record.id;
  return `version ${green.version}${file === undefined ? '' : ` (${file})`}`;
}

/** "version 3 (v3.onnx), blue". */
function versionName({ state }: RolloutRecord, version: string): string {
  const role = state?.green.version === version ? 'green' : state?.blue.version === version ? 'blue' : undefined;
  const file = fileOf(role === undefined ? undefined : state?.[role].model?.key);
  return `version ${version}${file === undefined ? '' : ` (${file})`}${role === undefined ? '' : `, ${role}`}`;
}

const fileOf = (key: string | undefined): string | undefined => key?.split('/').at(-1) || key;

/** Of a live version, beside what another writer gave traffic. */
export const liveTrafficInWords = (
  beside: { readonly version: string; readonly weight: number } | null | undefined,
): string =>
  beside
    ? `with ${trimmed(100 - beside.weight)} % of traffic, beside version ${beside.version} with ${trimmed(beside.weight)} %`
    : 'with all traffic';

/** Its version, and what else has traffic where it has not all of it. */
export const liveInWords = (version: string, beside: Parameters<typeof liveTrafficInWords>[0]): string =>
  `version ${version}${beside ? `, ${liveTrafficInWords(beside)}` : ''}`;

/** Of the version that a deploy makes before there is a model, or of one whose settings are unknown. */
export const noModel = (served: { readonly model?: unknown } | undefined): string =>
  served !== undefined && served.model === undefined ? '; it names no model' : '';

const trimmed = (weight: number): string => String(Number(weight.toFixed(2)));

/** What has traffic now. */
export function inServiceNow(record: RolloutRecord): string {
  const { liveCanary, liveFails, liveVersionAfter, state } = record;
  if (liveVersionAfter !== undefined) {
    const role = [state?.green, state?.blue].find((one) => one?.version === liveVersionAfter);
    return `${versionName(record, liveVersionAfter)}, ${liveTrafficInWords(liveCanary)}${liveFails ? `, and ${liveFails.how}` : ''}${noModel(role)}.`;
  }
  if (state === undefined) return 'as before: no traffic was touched.';
  return 'nothing: callers of the live alias get an error.';
}

/** What the runbook knows of; a person or AWS may end an execution with any other name. */
const HAS_SECTION: readonly string[] = ERROR_NAMES;

/** Where a good end finds that the alias was deleted. */
export const CREATE_ALIAS =
  'Create the live alias again: the runbook, docs/guides/operations.md, LiveAliasMoved, has the command';

/** What a person has to do now, in a sentence or two. */
export function whatToDo(record: RolloutRecord): string {
  const { error, outcome, endpoint, state, decidedBy, liveFails, liveVersionAfter } = record;
  const runbook = !HAS_SECTION.includes(error ?? '')
    ? ''
    : ` The runbook, docs/guides/operations.md, has a section ${error}.`;
  if (outcome === 'not-restored')
    return (
      'Look at what is in service now and put a good version there: the runbook, docs/guides/operations.md, “Blue ' +
      'is not live after a revert”.'
    );
  if (liveFails !== undefined) {
    const { what, command } = afterFailing(endpoint, liveFails);
    return `${what}${command === undefined ? '' : `: npx ${command}`}.`;
  }
  switch (error) {
    case undefined:
      break;
    case 'CanaryRegressed':
    case 'LiveRegressed':
      if (state?.plan.action === 'drill') return 'Nothing: it was a drill, and this is how it is to end.';
      return (
        'Users need nothing: blue serves them. Look below at what green did worse, correct the model and upload it ' +
        `again.${runbook}`
      );
    case 'InsufficientEvidence':
      return (
        'Users need nothing. Green may be good: the traffic could not tell. Bake longer, give green more weight, ' +
        `or start it when there is more traffic.${runbook}`
      );
    case 'LiveAliasMoved':
      return (
        'Check that the version in service is the one you want: the traffic was changed outside this rollout, ' +
        `which did not overwrite it.${runbook}`
      );
    case 'RestoreFailed':
      return `Blue is in service as said above, but not at once: find out why.${runbook}`;
    default:
      if (decidedBy?.startsWith('person'))
        return `Users need nothing. A person ended it; start it again if the model is still wanted.${runbook}`;
      return outcome === 'promoted-first'
        ? `Check the endpoint: it has no earlier model to go back to.${runbook}`
        : `Users need nothing. Correct what is named above, then start it again.${runbook}`;
  }
  if (liveVersionAfter === undefined) return `${CREATE_ALIAS}.`;
  if (outcome === 'promoted-first') return 'Nothing. There is no earlier model to go back to.';
  if (outcome === 'promoted')
    return (
      `Nothing. To undo it: npx greenlight rollback ${endpoint}, or the button of the dashboard; for ` +
      `${duration((state?.config.settings.rollbackWindowMinutes ?? 0) * MINUTE_MS)} it needs no canary.`
    );
  return 'Nothing.';
}

/** Each change of green's share of the traffic, in order, the last one included that puts blue back. */
export const weightChanges = (record: RolloutRecord): readonly WeightChange[] => [
  ...(record.state?.weights ?? []),
  ...putBack(record),
];

/** Putting blue back is noted by no step of the rollout's own: it is what its end did. */
function putBack({ state, endedAt, liveVersionAfter, liveCanary }: RolloutRecord): readonly WeightChange[] {
  const hadTraffic = (state?.weights.at(-1)?.weight ?? 0) > 0;
  const isOut =
    liveVersionAfter !== undefined && ![liveVersionAfter, liveCanary?.version].includes(state?.green.version);
  return endedAt !== undefined && hadTraffic && isOut ? [{ at: endedAt, weight: 0 }] : [];
}
