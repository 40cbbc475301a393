import type { ActionTable, Input, RequiredAction } from './action-table';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const bucketArn = (name: unknown) => `arn:aws:s3:::${text(name)}`;
const objectArn = (input: Input) => `${bucketArn(input.Bucket)}/${text(input.Key)}`;

const onObject = (action: string) => (input: Input) => [{ action: `s3:${action}`, resource: objectArn(input) }];
/** With a version id the action has `Version` in its name: another permission. */
const onVersion = (action: string, versioned: string) => (input: Input) => [
  { action: `s3:${input.VersionId ? versioned : action}`, resource: objectArn(input) },
];
const onBucket = (action: string) => (input: Input) => [
  {
    action: `s3:${action}`,
    resource: bucketArn(input.Bucket),
    context: { 's3:prefix': text(input.Prefix), 's3:delimiter': text(input.Delimiter) },
  },
];

const put = (input: Input): readonly RequiredAction[] => [
  { action: 's3:PutObject', resource: objectArn(input) },
  ...(input.Tagging ? [{ action: 's3:PutObjectTagging', resource: objectArn(input) }] : []),
];

/** A copy reads its source, written `bucket/key?versionId=id` with an encoded key, and writes its target. */
const copy = (input: Input): readonly RequiredAction[] => {
  const [path, versionId] = text(input.CopySource).replace(/^\//, '').split('?versionId=');
  const source = {
    action: versionId ? 's3:GetObjectVersion' : 's3:GetObject',
    resource: `arn:aws:s3:::${decodeURIComponent(path!)}`,
  };
  return [source, ...put(input)];
};

const deleteMany = (input: Input): readonly RequiredAction[] => {
  const { Objects = [] } = (input.Delete ?? {}) as { readonly Objects?: readonly Input[] };
  return Objects.map((object) => ({
    action: object.VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
    resource: `${bucketArn(input.Bucket)}/${text(object.Key)}`,
  }));
};

export const s3Actions: ActionTable = {
  GetObject: onVersion('GetObject', 'GetObjectVersion'),
  HeadObject: onVersion('GetObject', 'GetObjectVersion'),
  GetObjectAttributes: onVersion('GetObject', 'GetObjectVersion'),
  GetObjectTagging: onVersion('GetObjectTagging', 'GetObjectVersionTagging'),
  PutObjectTagging: onVersion('PutObjectTagging', 'PutObjectVersionTagging'),
  PutObject: put,
  CopyObject: copy,
  DeleteObject: onVersion('DeleteObject', 'DeleteObjectVersion'),
  DeleteObjects: deleteMany,
  ListObjectsV2: onBucket('ListBucket'),
  ListObjectVersions: onBucket('ListBucketVersions'),
  HeadBucket: onBucket('ListBucket'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  CreateMultipartUpload: onObject('PutObject'),
  UploadPart: onObject('PutObject'),
  CompleteMultipartUpload: onObject('PutObject'),
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
};
