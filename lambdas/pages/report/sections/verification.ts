import type { RolloutRecord } from '../../../contract/rollout-record';
import { DEFAULT_DROP, DEFAULT_FACTOR } from '../../../domain/golden/paired-tests';
import { understoodInWords } from '../../../domain/task';
import { formatModelAddress } from '../../../domain/rollout';
import { loadInWords } from '../../../domain/model-load';
import { shiftInWords } from '../../../domain/prediction-shift';
import { type Html, html } from '../../words/html';
import { count, milliseconds, percent, score, some } from '../../../domain/numbers';
import { facts, section, table } from './table';

/** Load and golden set, before any traffic; nothing where none was tried. */
export function verification({ state }: RolloutRecord): Html {
  const found = state?.verification ?? {};
  if (state === undefined || Object.keys(found).length === 0) return html``;
  const { settings } = state.config;
  const { goldenAccuracy, blueAccuracy, goldenError, blueError, goldenMedianMs, rows, predictionShift } = found;
  const { replayed, replayFailed, replayAgreement, replayDifference } = found;
  const golden = settings.goldenSet;
  const nameOf = (index: number): string => settings.classNames?.[index] ?? `class ${index}`;
  return section(
    'verification',
    'Before any traffic',
    html`${facts([
      ['Understood', state.understood && understoodInWords(state.understood)],
      ['Green’s model', found.load && loadInWords(found.load, settings)],
      ['Golden set', rows === undefined ? undefined : some(rows, 'row')],
      ['Its file', state.goldenSet && `${formatModelAddress(state.goldenSet)}, sha256 ${state.goldenSet.sha256}`],
      ['Green right', goldenAccuracy === undefined ? undefined : percent(goldenAccuracy)],
      ['Blue right', blueAccuracy === undefined ? undefined : percent(blueAccuracy)],
      ['Limit', goldenAccuracy === undefined || golden === undefined ? undefined : accuracyLimit(golden, blueAccuracy)],
      ['It cannot show', found.goldenWarnings?.join('. ')],
      ['Green’s root mean squared error', goldenError === undefined ? undefined : score(goldenError)],
      ['Blue’s', blueError === undefined ? undefined : score(blueError)],
      ['Limit', goldenError === undefined || golden === undefined ? undefined : errorLimit(golden, blueError)],
      ['Median of green’s answers', goldenMedianMs === undefined ? undefined : milliseconds(goldenMedianMs)],
      ['Limit of the median', golden?.maxMedianMs === undefined ? undefined : `${golden.maxMedianMs} ms`],
      ['Captured requests replayed', replayed === undefined ? undefined : count(replayed)],
      ['Green failed', replayFailed === undefined ? undefined : `${count(replayFailed)} of them`],
      ['Same class predicted', replayAgreement === undefined ? undefined : percent(replayAgreement)],
      ['Root mean squared difference of scores', replayDifference === undefined ? undefined : score(replayDifference)],
      ['Answers otherwise than blue', predictionShift && shiftInWords(predictionShift, nameOf)],
    ])}${wrongAnswers(found)}`,
  );
}

/** Some of what green got wrong; of a regression its largest errors. */
function wrongAnswers({ goldenWrong = [], goldenWrongRows, rows }: Verification): Html {
  if (goldenWrong.length === 0) return html``;
  const all = goldenWrongRows ?? rows ?? goldenWrong.length;
  const caption =
    goldenWrongRows === undefined
      ? `Green’s largest errors: ${goldenWrong.length} of ${some(all, 'row')}`
      : `Rows that green got wrong: ${goldenWrong.length === all ? some(all, 'row') : `${goldenWrong.length} of ${count(all)}`}`;
  const withBlue = goldenWrong.some(({ blue }) => blue !== undefined);
  return html`<p>${caption}</p>
    ${table(
      caption,
      ['Row', 'Right answer', 'Green', ...(withBlue ? ['Blue'] : [])],
      goldenWrong.map(({ row, label, green, blue }) => [
        count(row + 1),
        label,
        green,
        ...(withBlue ? [blue ?? '–'] : []),
      ]),
    )}`;
}

type Verification = NonNullable<NonNullable<RolloutRecord['state']>['verification']>;
type GoldenSet = NonNullable<NonNullable<RolloutRecord['state']>['config']['settings']['goldenSet']>;

/** The first model of an endpoint has no blue to be compared with. */
const accuracyLimit = ({ minAccuracy, maxAccuracyDrop }: GoldenSet, blue: number | undefined): string =>
  [
    ...(blue === undefined
      ? []
      : [
          maxAccuracyDrop === undefined
            ? `at most ${percent(DEFAULT_DROP.limit)} below blue, unless by chance`
            : `at most ${percent(maxAccuracyDrop)} below blue`,
        ]),
    ...(minAccuracy === 0 ? [] : [`at least ${percent(minAccuracy)}`]),
  ].join(', ');

const errorLimit = ({ maxErrorFactor, maxError }: GoldenSet, blue: number | undefined): string =>
  [
    ...(blue === undefined
      ? []
      : [
          `at most ${maxErrorFactor ?? DEFAULT_FACTOR.limit} times blue’s${maxErrorFactor === undefined ? ', unless by chance' : ''}`,
        ]),
    ...(maxError === undefined ? [] : [`at most ${maxError}`]),
  ].join(', ');
