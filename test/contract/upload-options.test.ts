import { uploadOptions } from '../../lambdas/contract/upload-options';

const KEY = 'models/digits/v2.onnx';
const read = (metadata: Readonly<Record<string, string>>) => uploadOptions(metadata, KEY);

it('takes its options, and leaves what is the uploader’s own alone', () => {
  const own = { season: 'winter', framework: 'sklearn', 'git-sha': 'ab', region: 'eu', stage: 'beta', version: '2' };
  expect(read(own)).toEqual({ dryRun: false });
  const options = { strategy: ' Progressive ', reason: 'retrain', sha256: 'ab', dryrun: 'false' };
  expect(read({ ...own, ...options })).toEqual({ strategy: 'Progressive', reason: 'retrain', dryRun: false });
});

it.each(['true', 'TRUE', 'True', ' true ', 'tRuE'])('reads dryrun=%j as a dry run', (dryrun) => {
  expect(read({ dryrun }).dryRun).toBe(true);
});

it.each(['', ' ', 'yes', '1', 'truee', 'true,true', 'null', 'on'])('refuses dryrun=%j by name', (dryrun) => {
  expect(() => read({ dryrun })).toThrow(/metadata dryrun: must be true or false; got "/);
});

it.each([
  ['dry-run', 'dryrun'],
  ['dry_run', 'dryrun'],
  ['dry.run', 'dryrun'],
  ['dry', 'dryrun'],
  ['drynun', 'dryrun'],
  ['dyrrun', 'dryrun'],
  ['dryrunonly', 'dryrun'],
  ['startegy', 'strategy'],
  ['stratgy', 'strategy'],
  ['stategy', 'strategy'],
  ['stragety', 'strategy'],
  ['strategies', 'strategy'],
  ['sha-256', 'sha256'],
  ['sha_256', 'sha256'],
  ['sha265', 'sha256'],
  ['sha256sum', 'sha256'],
  ['reasons', 'reason'],
  ['raeson', 'reason'],
  ['reson', 'reason'],
  ['x-amz-meta-strategy', 'strategy'],
  ['greenlight-dryrun', 'dryrun'],
  ['greenlight_reason', 'reason'],
])('refuses %s, which is close to %s', (name, meant) => {
  expect(() => read({ [name]: 'true' })).toThrow(
    new RegExp(`^${KEY}: metadata "${name}" is no option, and close to one: write "${meant}"`),
  );
});

it('refuses an empty hash, which would check nothing', () => {
  expect(() => read({ sha256: ' ' })).toThrow(/metadata sha256: is empty/);
});
