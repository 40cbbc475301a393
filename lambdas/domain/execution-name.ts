/** A hash function, given by the caller: lower-case hex of the text's SHA-256. */
export type Sha256Hex = (text: string) => string;

/**
 * The name of the execution that an object version starts: the same version always gives the same name, so a second
 * event for it finds the execution there already. Version ids may hold characters that names may not, hence the hash.
 * At most 31 + 1 + 12 + 1 + 3 = 48 of the 80 characters allowed.
 */
export function executionName(
  object: { readonly endpoint: string; readonly bucket: string; readonly key: string; readonly versionId: string },
  attempt: number,
  sha256Hex: Sha256Hex,
): string {
  const identity = sha256Hex(`${object.bucket}\n${object.key}\n${object.versionId}`).slice(0, 12);
  return `${object.endpoint}-${identity}-${attempt}`;
}
