/** The judge was given numbers that cannot be true, or settings that mean nothing. Nothing is judged from them. */
export class EvidenceInvalid extends Error {
  override readonly name = 'EvidenceInvalid';

  /**
   * @param field path in the evidence or the settings, such as `minutes[3].green.requests`
   * @param value what was there
   * @param limit what it must be
   */
  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly limit: string,
  ) {
    super(`${field} is ${shown(value)}; it must be ${limit}`);
  }
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${value}'`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'absent';
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
  }
}
