import { MetricsUnavailable } from '../contract/errors';
import { STATES } from '../contract/names';
import type { RolloutState } from '../contract/rollout-state';
import type { Evidence } from '../domain/judge/evidence';
import { judge } from '../domain/judge/judge';
import { isoTime, MINUTE_MS, secondsUntilNextLook, settledUntil } from '../domain/minutes';
import { expectedShift } from '../domain/prediction-shift';
import type { Ports } from '../ports/ports';
import { judgeSettings } from './judging/judge-settings';
import { labelsCounted } from './judging/labels';
import { keepEvidence } from './judging/keep-evidence';
import { patientEvidence } from './judging/patient-evidence';
import { readBaseline } from './judging/read-baseline';
import { shortJudgement } from './judging/short-judgement';
import { usableMinutes } from './judging/usable-minutes';
import { warmOnly } from './judging/warm-only';
import { readAlarms, withSilent } from './judging/veto';
import { watches } from './promote-green';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';
import { expectAlias } from './rollout/write-alias';

type Needs = Pick<
  Ports,
  'alarms' | 'clock' | 'documents' | 'evidence' | 'liveAlias' | 'liveModels' | 'locks' | 'records'
>;

/**
 * One look at green alone, after promotion: each of its minutes beside one of blue's last minutes with all traffic.
 * The watch is a tripwire: `fail` reverts, anything else lets green stay when the time is over.
 */
export async function judgeLive(ports: Needs, state: RolloutState): Promise<RolloutState> {
  const { clock } = ports;
  const green = state.green.version;
  if (state.watch === undefined || green === undefined)
    throw new MetricsUnavailable('there is no promoted green to watch');
  await renewOwnership(ports, state);
  const current = await expectAlias(ports, state, { version: green });
  if (!watches(state))
    return finished(
      ports,
      current,
      `no watch${state.blue.silent === undefined ? '' : ': blue did not answer before it'}`,
    );
  const alarms = await readAlarms(ports, state);
  const veto = alarms.stops;
  if (veto !== undefined)
    return noted(
      { ...current, next: 'revert', decidedBy: `alarm: ${veto}`, refusal: { error: 'LiveRegressed', cause: veto } },
      clock,
      STATES.judgeLive,
      veto,
    );

  const { watchMinutes } = state.config.settings;
  const from = Date.parse(state.watch.from);
  const over = settledUntil(clock.now()) >= from + watchMinutes * MINUTE_MS;
  const read = await lookAtLive({ ...ports, evidence: patientEvidence(ports.evidence) }, current, state.watch, green);
  if (read === 'unavailable') {
    return over
      ? finished(ports, current, 'CloudWatch gave no complete answer during the watch')
      : waiting(ports, current);
  }
  const { judgement } = read;
  const judged: RolloutState = {
    ...current,
    judgement: shortJudgement(judgement),
    // The canary's baseline is in the state already; a second copy of its minutes would be carried through every step.
    watch: { ...state.watch, ...(state.canary?.baseline === undefined && { baseline: read.evidence.baseline }) },
  };
  if (judgement.verdict === 'fail') {
    const failed = noted(
      { ...judged, next: 'revert', decidedBy: 'judge', refusal: { error: 'LiveRegressed', cause: judgement.reason } },
      clock,
      STATES.judgeLive,
      withSilent(`fail: ${judgement.reason}`, alarms),
    );
    const kept = await keepEvidence(ports, failed, read);
    await recordProgress(ports, kept);
    return kept;
  }
  if (!over) return waiting(ports, { ...judged, judgement: state.judgement });
  const kept = await keepEvidence(ports, judged, read);
  return finished(
    ports,
    { ...kept, judgement: state.judgement },
    withSilent(`${read.evidence.minutes.length} min after promotion: ${judgement.reason}`, alarms),
  );
}

async function lookAtLive(ports: Needs, state: RolloutState, watch: NonNullable<RolloutState['watch']>, green: string) {
  const { clock, evidence } = ports;
  const { settings } = state.config;
  const from = Date.parse(watch.from);
  const earlier = minutesEarlier(state, from);
  const known = watch.baseline ?? state.canary?.baseline;
  const fixed = known ? { baseline: known, queries: [] } : await readBaseline(ports, state, from - earlier * MINUTE_MS);
  if (fixed === 'unavailable') return fixed;
  const { baseline } = fixed;
  const until = Math.min(settledUntil(clock.now()), from + settings.watchMinutes * MINUTE_MS);
  const reading = await evidence.minutes({
    config: state.config,
    blue: state.blue.version,
    green,
    thresholds: baseline.thresholds,
    classCount: baseline.classNames.length,
    // The watch acts on `fail` alone.
    mayPass: false,
    labels: labelsCounted(state, baseline, Date.parse(state.canary?.windows[0]?.from ?? watch.from)),
    windows: until > from ? [{ from: watch.from, until: isoTime(until), weight: 50 }] : [],
    blueMinutesEarlier: earlier,
  });
  if (reading === 'unavailable') return reading;
  const usable = usableMinutes(reading, [], clock.now());
  const seen: Evidence = {
    baseline,
    plannedMinutes: settings.watchMinutes,
    oneAfterTheOther: true,
    minutes: usable.minutes,
    warmOnly: warmOnly(state.config),
    expectedShift: expectedShift(state.verification?.predictionShift, baseline.classNames.length),
    leftOut: usable.leftOut,
  };
  const judgement = judge(seen, judgeSettings(settings, settings.watchMinutes));
  return { evidence: seen, judgement, leftOut: usable.leftOut, queries: [...fixed.queries, ...reading.queries] };
}

/** Blue's minutes end where the promotion begins: the minute of the switch itself belongs to neither. */
function minutesEarlier(state: RolloutState, from: number): number {
  const promotedAt = Date.parse(state.weights.at(-1)?.at ?? isoTime(from));
  const blueUntil = Math.floor(promotedAt / MINUTE_MS) * MINUTE_MS;
  return (from - blueUntil) / MINUTE_MS + state.config.settings.watchMinutes;
}

async function waiting(ports: Pick<Ports, 'clock' | 'locks' | 'records'>, state: RolloutState): Promise<RolloutState> {
  const result: RolloutState = { ...state, next: 'continue', waitSeconds: secondsUntilNextLook(ports.clock.now()) };
  await renewOwnership(ports, result, result.waitSeconds);
  return result;
}

async function finished(
  ports: Pick<Ports, 'clock' | 'records'>,
  state: RolloutState,
  note: string,
): Promise<RolloutState> {
  const result = noted({ ...state, next: 'finish' }, ports.clock, STATES.judgeLive, note);
  await recordProgress(ports, result);
  return result;
}
