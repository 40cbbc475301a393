import { type EndpointConfig, endpointConfigSchema } from './endpoint-settings';
import { SettingsInvalid } from './errors';
import { inOneMessage, problems } from './problems';

/** From the JSON text that a deploy writes. `subject` says in the error what was read. Throws `SettingsInvalid`. */
export function parseEndpointConfig(text: string, subject: string): EndpointConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SettingsInvalid(`${subject} is not JSON.`);
  }
  const parsed = endpointConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SettingsInvalid(`${subject} does not parse: ${inOneMessage(problems(parsed.error))}`);
}
