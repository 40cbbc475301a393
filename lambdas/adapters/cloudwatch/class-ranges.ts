/**
 * The statistic that gives the share (percent) of values with a class index. `PR` leaves out its lower bound and takes in
 * its upper one; half-way bounds make that not matter. Indices are never negative, so that the first range is open below.
 */
export const classRange = (index: number): string => `PR(${index === 0 ? '' : index - 0.5}:${index + 0.5})`;
