/** How green differs from blue in every minute. Rates are shares, 0.05 for five points; factors multiply. */
export type Regression =
  | { readonly type: 'none' }
  /** So many more of all requests fail; 1 is a total failure. */
  | { readonly type: 'points'; readonly points: number }
  /** Requests fail so many times as often as blue's in the same minute. */
  | { readonly type: 'factor'; readonly factor: number }
  /** Every request takes so many times as long. */
  | { readonly type: 'slower'; readonly factor: number }
  /** So many of all answers are blue's second most frequent class where blue says its most frequent one. */
  | { readonly type: 'moved'; readonly points: number }
  /** So many more of all requests are turned away by Lambda. */
  | { readonly type: 'throttled'; readonly points: number }
  /** So many more of what the user's own gate of this place counts are events. */
  | { readonly type: 'custom'; readonly index: number; readonly points: number };

export const AS_GOOD_AS_BLUE: Regression = { type: 'none' };

export const errorRateOf = (blue: number, regression: Regression): number => {
  switch (regression.type) {
    case 'points':
      return Math.min(1, blue + regression.points);
    case 'factor':
      return Math.min(1, blue * regression.factor);
    case 'none':
    case 'slower':
    case 'moved':
    case 'throttled':
    case 'custom':
      return blue;
  }
};
