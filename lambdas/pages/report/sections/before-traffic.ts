import type { RolloutRecord } from '../../../contract/rollout-record';
import { DEFAULT_DROP, DEFAULT_FACTOR } from '../../../domain/golden/paired-tests';
import { understoodInWords } from '../../../domain/task';
import { loadInWords } from '../../../domain/model-load';
import { shiftInWords } from '../../../domain/prediction-shift';
import { type Html, html } from '../../words/html';
import { count, milliseconds, percent, score, some, certainty, evidence, points } from '../../../domain/numbers';
import { facts, section, table } from './table';
import { EVIDENCE_DOCUMENT } from '../../../contract/names';
import type { KeptReplay } from '../../../contract/replay';
import type { RolloutState } from '../../../contract/rollout-state';
import { differenceInWords, differing } from '../../../domain/judge/paired/differing';
import { numbersOf, answered, type Pair, type PairedSide } from '../../../domain/judge/paired/pair';
import { quantileOf } from '../../../domain/statistics/summaries';
import { judgePairs, type PairedJudgement } from '../../../domain/judge/paired/judge-pairs';
import { drawBar } from '../../charts/frame';
import type { ReportInput } from '../report-input';

/** Load and golden set, before any traffic; nothing where none was tried. */
export function verification({ state }: RolloutRecord): Html {
  const found = state?.verification ?? {};
  if (state === undefined || Object.keys(found).length === 0) return html``;
  const { settings } = state.config;
  const { goldenAccuracy, blueAccuracy, goldenError, blueError, goldenMedianMs, rows, predictionShift } = found;
  const golden = settings.goldenSet;
  const nameOf = (index: number): string => settings.classNames?.[index] ?? `class ${index}`;
  return section(
    'verification',
    'Before any traffic',
    html`${facts([
      ['Understood', state.understood && understoodInWords(state.understood)],
      ['Green’s model', found.load && loadInWords(found.load, settings)],
      ['Golden set', rows === undefined ? undefined : some(rows, 'row')],
      ['Its file', state.goldenSet?.key],
      ['Green right', goldenAccuracy === undefined ? undefined : percent(goldenAccuracy)],
      ['Blue right', blueAccuracy === undefined ? undefined : percent(blueAccuracy)],
      ['Limit', goldenAccuracy === undefined || golden === undefined ? undefined : accuracyLimit(golden, blueAccuracy)],
      ['It cannot show', found.goldenWarnings?.join('. ')],
      ['Green’s root mean squared error', goldenError === undefined ? undefined : score(goldenError)],
      ['Blue’s', blueError === undefined ? undefined : score(blueError)],
      ['Limit', goldenError === undefined || golden === undefined ? undefined : errorLimit(golden, blueError)],
      ['Median of green’s answers', goldenMedianMs === undefined ? undefined : milliseconds(goldenMedianMs)],
      ['Limit of the median', golden?.maxMedianMs === undefined ? undefined : `${golden.maxMedianMs} ms`],
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
      : 'Rows that green got wrong: ' +
        `${goldenWrong.length === all ? some(all, 'row') : `${goldenWrong.length} of ${count(all)}`}`;
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
          `at most ${maxErrorFactor ?? DEFAULT_FACTOR.limit} times ` +
            `blue’s${maxErrorFactor === undefined ? ', unless by chance' : ''}`,
        ]),
    ...(maxError === undefined ? [] : [`at most ${maxError}`]),
  ].join(', ');

/** Both versions' answers to the same requests: in one paragraph for every reader, then question by question. */
export function sameRequests({ record, replay: kept }: ReportInput): Html {
  const replay = record.state?.replay;
  if (replay === undefined) return html``;
  const read = kept === undefined || 'unreadable' in kept ? undefined : kept;
  const pairs = read?.pairs.slice(0, replay.pairs) ?? [];
  const judged = read && judgePairs(pairs, { ...read.settings, planned: read.requests.length });
  const reason = replay.reason === undefined ? '' : `The judge: ${replay.reason}.`;
  return section(
    'replay',
    'Before any user: both versions answered the same requests',
    html`<p>${paragraph(record, replay, pairs, read)}</p>
      ${
        judged === undefined
          ? html`<p>${reason}</p>
              ${gap(kept)}`
          : html`${questions(judged)}
              <p>${reason}</p>
              ${mostDiffering(pairs, read)}`
      }`,
  );
}

type ReplayState = NonNullable<RolloutState['replay']>;

/** What was asked, what came of it, why that suffices or does not, and what users were still needed for. */
function paragraph(
  record: RolloutRecord,
  replay: ReplayState,
  pairs: readonly Pair[],
  kept: KeptReplay | undefined,
): string {
  if (replay.pairs === 0) return `Nothing was compared: ${replay.reason ?? 'no request was answered'}.`;
  const { green, blue } = record.state ?? {};
  return [
    `Before any user met green, blue (version ${blue?.version ?? '?'}) and green (version ` +
      `${green?.version ?? '?'}) were asked the same ${some(replay.pairs, 'request')}, drawn from ${replay.from}.`,
    ...(pairs.length === 0 ? [] : [whatCame(pairs)]),
    ...(replay.verdict === undefined ? [] : [THEN[replay.verdict](kept)]),
    ...live(record, replay),
  ].join(' ');
}

/** Failures, times and answers of both, counted as a person would. */
function whatCame(pairs: readonly Pair[]): string {
  const failed = (of: (pair: Pair) => PairedSide) => pairs.filter((pair) => !answered(of(pair))).length;
  const both = pairs.filter(({ blue, green }) => answered(blue) && answered(green));
  const medianOf = (of: (pair: Pair) => PairedSide) => {
    const times = both.flatMap((pair) => of(pair).ms ?? []);
    return times.length === 0 ? undefined : milliseconds(quantileOf(times, 0.5));
  };
  const [greenMs, blueMs] = [medianOf(({ green }) => green), medianOf(({ blue }) => blue)];
  const classed = both.filter(({ blue }) => blue.classes !== undefined);
  const alike = classed.filter(({ blue, green }) => String(blue.classes) === String(green.classes)).length;
  const scored = both.filter(({ blue }) => numbersOf(blue).length > 0);
  const equal = scored.filter(({ blue, green }) => String(numbersOf(blue)) === String(numbersOf(green))).length;
  const said = [
    `Green failed ${count(failed(({ green }) => green))} of them and blue ${count(failed(({ blue }) => blue))}`,
    ...(greenMs === undefined || blueMs === undefined
      ? []
      : [`a typical answer took green ${greenMs} and blue ${blueMs}`]),
    ...(classed.length === 0
      ? []
      : [`both gave the same answer to ${percent(alike / classed.length)} of those that both answered`]),
    ...(scored.length === 0
      ? []
      : [
          `both gave the very same number to ${percent(equal / scored.length)}, and how far the others are apart ` +
            'is below',
        ]),
  ];
  return `${said.join('; ')}.`;
}

const THEN: Readonly<Record<NonNullable<ReplayState['verdict']>, (kept: KeptReplay | undefined) => string>> = {
  proven: (kept) => {
    const harm = kept?.settings.gates.errors === false ? undefined : kept?.settings.gates.errors?.harm.points;
    const example = harm === undefined ? '' : `, say one that fails ${points(harm)} more of all requests than blue,`;
    const chance = kept === undefined ? 'seldom' : `in at most ${percent(kept.settings.missRate)} of such rollouts`;
    return `That is why green went on: a harmful model${example} comes this far by luck ${chance}.`;
  },
  worse: () => 'On the same requests green did worse than luck explains, so that it was refused and no user met it.',
  differs: () =>
    'Green answers otherwise than blue more often than is tolerated. A better model does so too, and nothing ' +
    'says which of the two is right: a person decides.',
  unproven: () =>
    'That is too little to tell a good green from a harmful one. It is not lost: the canary goes on from it.',
};

/** What live traffic had to add after a proof. */
function live({ state, outcome }: RolloutRecord, { verdict }: ReplayState): readonly string[] {
  const judged = state?.judgement;
  if (verdict !== 'proven' || judged === undefined || judged.verdict !== 'pass') return [];
  const failed = judged.gates.find(({ gate }) => gate === 'errors')?.green.events;
  const most = Math.max(0, ...(state?.weights ?? []).map(({ weight }) => weight).filter((weight) => weight < 100));
  return [
    `Only then did it get users: ${most} % of them for ${some(judged.settledMinutes, 'minute')}. Green answered ` +
      `${some(judged.greenRequests, 'request')} of ` +
      `theirs${failed === undefined ? '' : `, of which ${count(failed)} failed`}. That excludes the disasters that ` +
      `only live traffic can show${outcome === 'promoted' ? ', and green was promoted' : ''}.`,
  ];
}

/**
 * Questions of one gate that are shown: a model of a thousand classes has thousands, and those nearest to a limit tell
 * most.
 */
const MOST_QUESTIONS = 8;

/** Each question of each gate, with what speaks for harm and for none. */
function questions({ gates, logLimit, logNoHarmLimit }: PairedJudgement): Html {
  const caption = 'The same requests, question by question';
  const rows = gates.flatMap(({ gate, tests, decides }) =>
    nearest(tests).map(({ what, pairs, comparison, logWorse, logNoHarm, excused, proven }) => [
      html`${gate}<br /><span class="small">${what}${decides ? '' : ', observed'}</span>`,
      count(pairs),
      html`${comparison}${excused === undefined || proven ? '' : html`<br /><span class="small">${excused}</span>`}`,
      logWorse === undefined ? '–' : drawBar(logWorse, logLimit, 'bad'),
      logNoHarm === undefined ? '–' : drawBar(logNoHarm, logNoHarmLimit, 'good'),
    ]),
  );
  const all = gates.reduce((sum, { tests }) => sum + tests.length, 0);
  const shown = table(
    caption,
    [
      'Gate',
      'Requests compared',
      'What was found',
      `Green is worse (all gates together stop it at ${certainty(logLimit)})`,
      `No harm (each needs ${certainty(logNoHarmLimit)})`,
    ],
    rows,
    'cards',
  );
  if (rows.length === all) return shown;
  return html`${shown}
    <p class="note">
      ${count(all - rows.length)} more questions are further from either limit; all are in ${EVIDENCE_DOCUMENT.replay}.
    </p>`;
}

/** Those that come nearest to stopping green, and those that are furthest from their proof. */
function nearest(tests: PairedJudgement['gates'][number]['tests']) {
  if (tests.length <= MOST_QUESTIONS) return tests;
  const worst = [...tests].sort((a, b) => (b.logWorse ?? -Infinity) - (a.logWorse ?? -Infinity));
  const open = [...tests].sort((a, b) => (a.logNoHarm ?? Infinity) - (b.logNoHarm ?? Infinity));
  const kept = new Set([...worst.slice(0, MOST_QUESTIONS / 2), ...open.slice(0, MOST_QUESTIONS / 2)]);
  return tests.filter((one) => kept.has(one));
}

function mostDiffering(pairs: readonly Pair[], kept: KeptReplay | undefined): Html {
  const most = kept?.differing ?? differing(pairs).map((pair) => differenceInWords(pair));
  if (most.length === 0) return html`<p>On no request did the versions differ.</p>`;
  return html`<h3>The ${most.length === 1 ? 'request' : some(most.length, 'request')} on which they differ most</h3>
    <ul>
      ${most.map((one) => html`<li>${one}</li>`)}
    </ul>`;
}

const gap = (kept: ReportInput['replay']): Html =>
  kept === undefined
    ? html``
    : html`<p class="note">
        Pair by pair: ${EVIDENCE_DOCUMENT.replay} could not be read when this page was
        written${'unreadable' in kept ? ` (${kept.unreadable})` : ''}.
      </p>`;

/** What was asked, exactly, and the evidence as logarithms: for readers who calculate. */
export function replayExactly({ record, replay: kept }: ReportInput): Html {
  const { state } = record;
  if (state?.replay === undefined || kept === undefined || 'unreadable' in kept) return html``;
  const { gates, logLimit, logNoHarmLimit } = judgePairs(kept.pairs.slice(0, state.replay.pairs), {
    ...kept.settings,
    planned: kept.requests.length,
  });
  const rows = gates.flatMap(({ gate, tests }) =>
    nearest(tests).map(({ what, logWorse, logNoHarm }) => [
      `${gate}, ${what}`,
      logWorse === undefined ? '–' : evidence(logWorse),
      logNoHarm === undefined ? '–' : evidence(logNoHarm),
    ]),
  );
  return html`<details>
    <summary>The replay, exactly</summary>
    <p>
      Each request was sent as POST /v2/models/${state.config.settings.name}/infer to versions ${state.blue.version} and
      ${state.green.version ?? '?'} of ${state.config.functionName}, in an order that the rollout's id decides. Every
      pair is in ${EVIDENCE_DOCUMENT.replay}; greenlight replay ${EVIDENCE_DOCUMENT.replay} judges it again. Limits of
      ln e: ${evidence(logLimit)} over all gates, ${evidence(logNoHarmLimit)} on each.
    </p>
    ${table('Evidence of the replay', ['Question', 'ln e, green is worse', 'ln e, no harm'], rows)}
  </details>`;
}
