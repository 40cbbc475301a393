/** s3://bucket/key?versionId=… as people write it, apart and together. */
export interface ModelAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export function formatModelAddress(model: ModelAddress): string {
  return `s3://${model.bucket}/${model.key}${model.versionId === undefined ? '' : `?versionId=${model.versionId}`}`;
}

/** Undefined when the text is no such address. A `?` can be part of a key, so only the last `?versionId=` counts. */
export function parseModelAddress(text: string): ModelAddress | undefined {
  const match = /^s3:\/\/([^/?#\s]+)\/(.+?)(?:\?versionId=([^?&\s]+))?$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { bucket: match[1], key: match[2], ...(match[3] !== undefined && { versionId: match[3] }) };
}
