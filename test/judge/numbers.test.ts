import {
  count,
  evidence,
  exceeds,
  lacks,
  milliseconds,
  percent,
  points,
  quantile,
  shareOf,
} from '../../lambdas/domain/numbers';

describe('numbers as people read them', () => {
  it.each([
    [count(0), '0'],
    [count(1204), '1,204'],
    [count(12345678), '12,345,678'],
    [percent(0), '0 %'],
    [percent(0.00001), '< 0.01 %'],
    [percent(3 / 10_800), '0.03 %'],
    [percent(57 / 1204), '4.7 %'],
    [percent(0.31), '31 %'],
    [percent(0.99999), '> 99.9 %'],
    [percent(1), '100 %'],
    [shareOf(0, 0, 'requests'), '0 of 0 requests'],
    [shareOf(57, 1204, 'requests'), '57 of 1,204 requests (4.7 %)'],
    [evidence(Math.log(100)), '4.6'],
    [evidence(-0.01), '0.0'],
    [exceeds(11.2, 4.605), 'evidence 11.2 exceeds the limit 4.6'],
    [exceeds(4.64, 4.605), 'evidence 4.64 exceeds the limit 4.61'],
    [lacks(1.9, 2.996), 'evidence 1.9 of the 3.0 needed'],
    [lacks(2.98, 2.996), 'evidence 2.98 of the 3.00 needed'],
    [milliseconds(0.834), '0.83 ms'],
    [milliseconds(12.43), '12.4 ms'],
    [milliseconds(1250.2), '1,250 ms'],
    [points(0.01), '1 point'],
    [points(0.005), '0.5 points'],
    [quantile(0.95), 'p95'],
    [quantile(0.999), 'p99.9'],
  ])('writes %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});
