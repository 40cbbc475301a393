import { type Evidence, evidenceByMeasure, type SideCounts } from '../evidence';
import { count } from '../numbers';
import { quantileOf, sum } from '../statistics/summaries';

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
 * @returns that, in words; undefined where the mix moved otherwise, or where green had no canary
 */
export function callersChanged(evidence: Evidence): string | undefined {
  if (evidence.blueShares === undefined || evidence.rows.length === 0) return undefined;
  const measures = evidenceByMeasure(evidence);
  const shares = evidence.blueShares;
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

/** Without the minutes of crowds, in green's time or in blue's, the mix is blue's; and a crowd hides no class. */
function isCrowdAlone({ rows, baseline, classNames }: Evidence, shares: readonly number[]): boolean {
  const whole = ({ invocations, classes }: Minute, share = 1): Minute => ({
    invocations: invocations / share,
    classes: classes.map((answers) => answers / share),
  });
  const compared = rows.map(({ blue }, row) => whole(blue, shares[row]));
  const greens: readonly Minute[] = rows.map(({ green }) => green);
  const usual = quantileOf(
    baseline.map(({ blue }) => blue.invocations),
    0.5,
  );
  const isCrowd = ({ invocations }: Minute) => invocations > CROWD * usual + SURE * Math.sqrt(usual);
  const calm = (minutes: readonly Minute[]) => minutes.filter((minute) => !isCrowd(minute));
  const blue = calm([...baseline.map((minute) => minute.blue), ...compared]);
  const green = calm(greens);
  const crowds = greens.filter(isCrowd);
  // Crowds that come again and again are its users.
  const came = baseline.filter((minute, at) => isCrowd(minute.blue) && !(at > 0 && isCrowd(baseline[at - 1]!.blue)));
  if (came.length > 1) return false;
  if (green.length === 0 || blue.length < USUAL_MINUTES || !(crowds.length > 0 || compared.some(isCrowd))) return false;
  const ofClass = (minutes: readonly Minute[], index: number) => sum(minutes.map(({ classes }) => classes[index] ?? 0));
  const all = (minutes: readonly Minute[]) => sum(classNames.map((_, index) => ofClass(minutes, index)));
  const [ofBlue, ofGreen] = [all(blue), all(green)];
  return classNames.every((_, index) => {
    const [then, now] = [ofClass(blue, index), ofClass(green, index)];
    const share = (then + now) / (ofBlue + ofGreen);
    const luck = SURE * Math.sqrt(share * (1 - share) * (1 / ofBlue + 1 / ofGreen));
    const expected = (then / blue.length) * crowds.length;
    return (
      Math.abs(now / ofGreen - then / ofBlue) <= LEAST_SHARE + luck &&
      ofClass(crowds, index) >= Math.max(expected - SURE * Math.sqrt(expected), expected < NONE_IS_SURE ? 0 : 1)
    );
  });
}
