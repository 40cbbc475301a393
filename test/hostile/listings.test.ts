import { s3Models } from '../../lambdas/adapters/s3-models';
import { contextWith, standIn } from '../adapters/stand-ins';

/** A bucket whose listing never ends. */
const listing = (answer: object) => {
  const { client, sent } = standIn(undefined, (_, nth) =>
    nth > 50 ? Promise.reject(new Error('asked without end')) : answer,
  );
  return { models: s3Models(contextWith({ s3: client })), sent };
};

test.each([
  ['without a marker', { IsTruncated: true }, /NextKeyMarker/],
  [
    'that is followed by itself',
    { IsTruncated: true, NextKeyMarker: 'a', NextVersionIdMarker: 'v' },
    /same page .* twice/,
  ],
])('a listing of models %s is given up, not asked for ever', async (_, answer, message) => {
  const { models, sent } = listing(answer);
  await expect(models.newest('models/digits/', '.onnx')).rejects.toMatchObject({
    name: 'IncompleteAnswer',
    message: expect.stringMatching(message) as string,
  });
  expect(sent.length).toBeLessThan(3);
});
