import { type Evidence, evidenceByMeasure } from '../evidence';
import { count } from '../numbers';

/** By less than a fiftieth traffic grows and shrinks by itself. */
const LEAST_CHANGE = 0.02;
/** Standard errors of counts (Poisson): 1 in 700 lies beyond by chance. */
const SURE = 3;
/** Where many go, a few others may have come: of ten one. */
const OTHERS = 0.1;

/**
 * In the watch blue's answers are of earlier minutes, and what moves the mix may be other callers. Those who come add
 * answers and take none away; those who go add none. A model that answers otherwise takes from one class what it gives
 * to another. So where traffic grew and no class has fewer answers a minute than blue had in its poorest minute, or
 * traffic shrank and none has more than in its richest, and none moved further than all together, the move
 * cannot be told from callers'.
 *
 * @returns that, in words; undefined where the mix moved otherwise, or where no canary compared the versions' answers
 */
export function callersChanged(evidence: Evidence): string | undefined {
  if (evidence.blueShares === undefined || evidence.rows.length === 0) return undefined;
  const found = evidenceByMeasure(evidence).map((one) => changeIn(one, evidence.blueShares ?? []));
  const [first] = found;
  if (first === undefined || found.some((one) => one?.came !== first.came)) return undefined;
  const { came, green, blue } = first;
  return (
    `${count(Math.round(green))} answers a minute where there were ${count(Math.round(blue))}: callers ` +
    `${came ? 'came' : 'went'}, which is as much as the mix moved, and in the canary green answered as blue did`
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
  const compared = rows.map(({ blue }, row) => blue.classes.map((answers) => answers / (shares[row] ?? 1)));
  const ofBlue = [...baseline.map(({ blue }) => blue.classes), ...compared];
  const sums = (all: readonly (readonly number[])[]) =>
    classNames.map((_, index) => all.reduce((sum, classes) => sum + (classes[index] ?? 0), 0));
  const [green, blue] = [sums(rows.map((row) => row.green.classes)), sums(compared)];
  const total = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);
  const grown = total(green) - total(blue);
  if (Math.abs(grown) <= Math.max(LEAST_CHANGE * total(blue), SURE * Math.sqrt(total(green) + total(blue))))
    return undefined;
  const came = grown > 0;
  const explained = classNames.every((_, index) => {
    const [now, before] = [green[index] ?? 0, blue[index] ?? 0];
    const one = ofBlue.map((classes) => classes[index] ?? 0);
    const usual = minutes * (came ? Math.min(...one) : Math.max(...one));
    const beyond = came ? usual - now : now - usual;
    const further = (came ? 1 : -1) * (now - before) - (1 + OTHERS) * Math.abs(grown);
    return beyond <= SURE * Math.sqrt(usual) + OTHERS * Math.abs(grown) && further <= SURE * Math.sqrt(now + before);
  });
  return explained ? { came, green: total(green) / minutes, blue: total(blue) / minutes } : undefined;
}
