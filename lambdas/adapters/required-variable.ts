import type { AdapterContext } from './context';

/** The function was deployed without a variable that its adapters need; thrown while it starts. */
export class VariableMissing extends Error {
  override readonly name = 'VariableMissing';
}

/** An environment variable that must be there. Throws `VariableMissing` when it is absent or empty. */
export function requiredVariable(context: AdapterContext, name: string): string {
  const value = context.env[name];
  if (value === undefined || value === '') {
    throw new VariableMissing(`The environment variable ${name} is not set: deploy the app again.`);
  }
  return value;
}
