import { type Evidence, evidenceByMeasure, type SideCounts } from '../evidence';
import { count } from '../numbers';
import { quantileOf, sum } from '../statistics/summaries';
import { classInWords } from './class-margins';

/** By less than a fiftieth traffic grows and shrinks by itself. */
const LEAST_CHANGE = 0.02;
/** Standard errors of counts (Poisson): 1 in 700 lies beyond by chance. */
const SURE = 3;
/** Beyond the extreme of all stretches, which holds blue's own luck. */
const CLASS_SURE = 2;
/** Where many go, a few others may have come: of ten one. */
const OTHERS = 0.1;
/** A class of so many answers does not go altogether because of callers. */
const ENOUGH = 20;
/** So many times blue's usual requests are a crowd. */
const CROWD = 2;
/** By a hundredth of the answers a mix moves by itself. */
const LEAST_SHARE = 0.01;
/** And of a rare class by so much of its share. */
const LEAST_PART = 0.2;
/** Minutes of blue's without a crowd that say what is usual. */
const USUAL_MINUTES = 5;
/** Of so many answers none is no luck: 1 in 150. */
const NONE_IS_SURE = 5;

/**
 * In the watch blue's answers are of earlier minutes, and what moves the mix may be other callers. Those who come add
 * answers and take none away; those who go add none. A model that answers otherwise takes from one class what it gives
 * to another. So where requests grew and no class has fewer answers than blue had in its poorest stretch of as many
 * minutes, or they shrank and none has more than in its richest, and none moved further than all together, the move
 * cannot be told from callers'. Where some go and others come within the minutes compared, those without a crowd tell:
 * green answers as blue does in them, and in a crowd no class has fewer answers than blue usually has.
 *
 * Beside green, in a canary, blue has the same callers: nothing is excused there.
 *
 * @returns that, in words; undefined where the mix moved otherwise
 */
export function callersChanged(evidence: Evidence): string | undefined {
  if (evidence.oneAfterTheOther !== true || evidence.rows.length === 0) return undefined;
  const measures = evidenceByMeasure(evidence);
  const { blueShares } = evidence;
  return (blueShares && afterCanary(measures, blueShares)) ?? crowdsAlone(measures, blueShares ?? []);
}

/** The canary has shown that green answers as blue does: what callers may have done, they did. */
function afterCanary(measures: readonly Evidence[], shares: readonly number[]): string | undefined {
  const found = measures.map((one) => changeIn(one, shares));
  const [first] = found;
  if (first === undefined || found.some((one) => one?.came !== first.came))
    return measures.every((one) => isCrowdAlone(one, shares))
      ? 'crowds of callers came or went: green answers as blue does in the minutes without them'
      : undefined;
  const { came, green, blue } = first;
  return (
    `${count(Math.round(green))} answers a minute where there were ${count(Math.round(blue))}: callers ` +
    `${came ? 'came' : 'went'}, which is as much as the mix moved`
  );
}

/** Green is believed, also without a canary, where this alone looks like callers. */
function crowdsAlone(measures: readonly Evidence[], shares: readonly number[]): string | undefined {
  const found = measures.map((one) => crowdOfOneClass(one, shares));
  if (found.includes(undefined)) return undefined;
  const more = found.filter((one) => one !== 'none');
  if (more.length > 0)
    return `callers came with ${more.join(' and ')} alone: of the others there are as many answers as blue had`;
  return measures.some((one) => hasMovedBlue(one, shares))
    ? "callers moved blue's answers in the minutes compared: green answers as blue did without them"
    : undefined;
}

/**
 * @returns the class of which a crowd has more, where of the others there are as many answers as in blue's calm minutes
 *   and green's calm minutes have blue's mix; 'none' where there is no crowd; undefined where green answers otherwise,
 *   or too little is known
 */
function crowdOfOneClass(evidence: Evidence, shares: readonly number[]): string | undefined {
  const { rows, baseline, classNames } = evidence;
  const isCrowd = isCrowdOf(evidence);
  const green = split(
    rows.map((row) => row.green),
    isCrowd,
  );
  const before = split(
    baseline.map((row) => row.blue),
    isCrowd,
  );
  // Minutes without a request are of no traffic that is usual.
  const blue = before.calm.filter(({ invocations }) => invocations > 0);
  const now = classesOf(green.crowd);
  if (blue.length < USUAL_MINUTES) return undefined;
  if (green.calm.length > 0 && !areAlike(classesOf(green.calm), classesOf(blue))) return undefined;
  const { length } = green.crowd;
  if (length === 0) return 'none';
  // One that blue has met is compared with green's as it is.
  if (before.crowd.length > 0 || comparedBlue(evidence, shares).some(isCrowd)) return undefined;
  const stretches = blue.slice(length - 1).map((_, at) => classesOf(blue.slice(at, at + length)));
  const beyond = classNames.map((_, index) => {
    const [answers = 0, usual] = [now[index], stretches.map((classes) => classes[index] ?? 0)];
    const [least, most] = [Math.min(...usual), Math.max(...usual)];
    if (answers < least - CLASS_SURE * Math.sqrt(least)) return 'fewer';
    return answers > most + CLASS_SURE * Math.sqrt(most) ? 'more' : 'as many';
  });
  const [more, ...others] = classNames.filter((_, index) => beyond[index] === 'more');
  if (more === undefined || others.length > 0 || beyond.includes('fewer')) return undefined;
  // Where few are expected, none can be seen to be lost.
  const expected = classesOf(blue).map((answers) => (answers / blue.length) * length);
  const isLost = expected.some((answers, index) => answers >= NONE_IS_SURE && now[index] === 0);
  const ofOthers = (classes: readonly number[]) => sum(classes.filter((_, index) => beyond[index] !== 'more'));
  const [least, found] = [ofOthers(expected), ofOthers(now)];
  const isKnown = Math.min(least, found) >= NONE_IS_SURE && found >= least - SURE * Math.sqrt(least);
  return isKnown && !isLost ? classInWords(more) : undefined;
}

/** Calm are those without a crowd in them and beside them: a minute beside one may have a part of it. */
const split = (
  minutes: readonly Minute[],
  isCrowd: (minute: Minute) => boolean,
): Record<'crowd' | 'calm', Minute[]> => ({
  crowd: minutes.filter(isCrowd),
  calm: minutes.filter((_, at) => !minutes.slice(Math.max(0, at - 1), at + 2).some(isCrowd)),
});

/** Blue's minutes beside green's, as if it had had all traffic. */
const comparedBlue = ({ rows }: Evidence, shares: readonly number[]): readonly Minute[] =>
  rows.map(({ blue: { invocations, classes } }, at) => {
    const share = shares[at] ?? 1;
    return { invocations: invocations / share, classes: classes.map((answers) => answers / share) };
  });

/**
 * Callers went, and took one class alone, of which there are fewer answers in all or some still; or they came, and no
 * class has fewer.
 */
function hasMovedBlue(evidence: Evidence, shares: readonly number[]): boolean {
  const before = evidence.baseline.map(({ blue }) => blue);
  const { calm } = split(before, isCrowdOf(evidence));
  const compared = classesOf(comparedBlue(evidence, shares));
  const green = classesOf(evidence.rows.map((row) => row.green));
  const [then, now] = [sum(compared), sum(green)];
  if (then === 0 || areAlike(compared, classesOf(calm))) return false;
  const isFewer = (one: number, other: number) => other - one > SURE * Math.sqrt(one + other);
  const [fewer, ...others] = green.filter((answers, index) => isFewer(answers, compared[index] ?? 0));
  return fewer === undefined || (others.length === 0 && (isFewer(now, then) || fewer >= ENOUGH));
}

interface Change {
  readonly came: boolean;
  /** Answers a minute; blue's as if it had had all traffic. */
  readonly green: number;
  readonly blue: number;
}

function changeIn({ rows, baseline, classNames }: Evidence, shares: readonly number[]): Change | undefined {
  const minutes = rows.length;
  const whole = (count: number, row: number) => count / (shares[row] ?? 1);
  const compared = rows.map(({ blue }, row) => blue.classes.map((answers) => whole(answers, row)));
  const ofBlue = [...baseline.map(({ blue }) => blue.classes), ...compared];
  const ofClass = (all: readonly (readonly number[])[], index: number) =>
    sum(all.map((classes) => classes[index] ?? 0));
  const ofGreen = rows.map((row) => row.green.classes);
  const green = classNames.map((_, index) => ofClass(ofGreen, index));
  const blue = classNames.map((_, index) => ofClass(compared, index));
  // What callers do shows in requests; answers that a model does not give any more do not.
  const asked = sum(rows.map((row) => row.green.invocations));
  const before = sum(rows.map((row, at) => whole(row.blue.invocations, at)));
  const moved = ((asked - before) * sum(blue)) / Math.max(1, before);
  const luck = SURE * Math.sqrt(sum(green) + sum(blue));
  if (Math.abs(moved) <= Math.max(LEAST_CHANGE * sum(blue), luck)) return undefined;
  const others = OTHERS * Math.abs(moved);
  if (Math.abs(sum(green) - sum(blue) - moved) > luck + others) return undefined;
  const came = moved > 0;
  const explained = classNames.every((_, index) => {
    const [now, then] = [green[index] ?? 0, blue[index] ?? 0];
    if (now === 0 && then >= ENOUGH) return false;
    const stretches = ofBlue.slice(minutes - 1).map((_last, at) => ofClass(ofBlue.slice(at, at + minutes), index));
    const usual = came ? Math.min(...stretches) : Math.max(...stretches);
    const beyond = came ? usual - now : now - usual;
    const further = (came ? now - then : then - now) - Math.abs(moved);
    return beyond <= CLASS_SURE * Math.sqrt(usual) + others && further <= SURE * Math.sqrt(now + then) + others;
  });
  return explained ? { came, green: sum(green) / minutes, blue: sum(blue) / minutes } : undefined;
}

type Minute = Pick<SideCounts, 'invocations' | 'classes'>;

function isCrowdOf({ baseline }: Pick<Evidence, 'baseline'>): (minute: Minute) => boolean {
  const usual = quantileOf(
    baseline.map(({ blue }) => blue.invocations),
    0.5,
  );
  return ({ invocations }) => invocations > CROWD * usual + SURE * Math.sqrt(usual);
}

/** Without the minutes of crowds, in green's time or in blue's, the mix is blue's; and a crowd hides no class. */
function isCrowdAlone(evidence: Evidence, shares: readonly number[]): boolean {
  const { rows, baseline } = evidence;
  const isCrowd = isCrowdOf(evidence);
  const calm = (minutes: readonly Minute[]) => minutes.filter((minute) => !isCrowd(minute));
  const greens: readonly Minute[] = rows.map((row) => row.green);
  const compared = comparedBlue(evidence, shares);
  const blue = calm([...baseline.map((minute) => minute.blue), ...compared]);
  const green = calm(greens);
  const crowds = greens.filter(isCrowd);
  // Crowds that come again and again are its users.
  const came = baseline.filter((minute, at) => isCrowd(minute.blue) && !(at > 0 && isCrowd(baseline[at - 1]!.blue)));
  if (came.length > 1) return false;
  if (green.length === 0 || blue.length < USUAL_MINUTES || !(crowds.length > 0 || compared.some(isCrowd))) return false;
  const [usual, found] = [classesOf(blue), classesOf(crowds)];
  const hidden = usual.some((answers, index) => {
    const expected = (answers / blue.length) * crowds.length;
    return (found[index] ?? 0) < Math.max(expected - SURE * Math.sqrt(expected), expected < NONE_IS_SURE ? 0 : 1);
  });
  return !hidden && areAlike(classesOf(green), usual);
}

const classesOf = (minutes: readonly Minute[]): readonly number[] =>
  (minutes[0]?.classes ?? []).map((_, index) => sum(minutes.map(({ classes }) => classes[index] ?? 0)));

/** No class has another share than by luck and by what a mix moves by itself. */
function areAlike(one: readonly number[], other: readonly number[]): boolean {
  const [ofOne, ofOther] = [sum(one), sum(other)];
  if (ofOne === 0 || ofOther === 0) return false;
  return other.every((then, index) => {
    const now = one[index] ?? 0;
    const share = (then + now) / (ofOne + ofOther);
    const luck = SURE * Math.sqrt(share * (1 - share) * (1 / ofOne + 1 / ofOther));
    return Math.abs(now / ofOne - then / ofOther) <= Math.min(LEAST_SHARE, LEAST_PART * share) + luck;
  });
}
