/**
 * The statistic that gives the share (percent) of values with each class index. `PR` leaves out its lower bound and
 * takes in its upper one; half-way bounds make that not matter. Indices are never negative, so that the first range is
 * open below; the last is open above and holds every index from `classCount - 1` on.
 */
export function classRange(index: number, classCount: number): string {
  const lower = index === 0 ? '' : String(index - 0.5);
  const upper = index === classCount - 1 ? '' : String(index + 0.5);
  return `PR(${lower}:${upper})`;
}
