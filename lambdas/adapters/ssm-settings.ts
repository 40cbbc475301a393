import { GetParameterCommand, GetParametersByPathCommand, type Parameter, SSMClient } from '@aws-sdk/client-ssm';
import { type EndpointConfig, endpointConfigSchema, endpointSettingsSchema } from '../contract/endpoint-settings';
import { SettingsInvalid } from '../contract/errors';
import { ENV } from '../contract/names';
import { problems } from '../contract/problems';
import type { Settings } from '../ports/settings';
import { isAwsError } from './aws-error';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { requiredVariable } from './required-variable';

const endpointName = endpointSettingsSchema.shape.name;

/** One parameter per endpoint, `<path>/<endpoint>`, JSON, written by the deploy. */
export const ssmSettings = (context: AdapterContext): Settings => {
  const client = context.client('ssm', () => new SSMClient(clientConfig));
  const path = requiredVariable(context, ENV.settingsPath).replace(/\/+$/, '');
  return {
    list: async () => {
      const configs: EndpointConfig[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new GetParametersByPathCommand({ Path: path, Recursive: false, ...(token && { NextToken: token }) }),
        );
        configs.push(...(page.Parameters ?? []).map(configOf));
        token = page.NextToken;
      } while (token);
      return configs.sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
    },
    find: async (endpoint) => {
      // A name such as "../x" would read another parameter.
      if (!endpointName.safeParse(endpoint).success) return undefined;
      try {
        const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: `${path}/${endpoint}` }));
        return parameter && configOf(parameter);
      } catch (error) {
        if (isAwsError(error, 'ParameterNotFound')) return undefined;
        throw error;
      }
    },
  };
};

function configOf(parameter: Parameter): EndpointConfig {
  const where = `The settings in parameter ${parameter.Name}`;
  let value: unknown;
  try {
    value = JSON.parse(parameter.Value ?? '');
  } catch {
    throw new SettingsInvalid(`${where} are not JSON; deploy the app again.`);
  }
  const parsed = endpointConfigSchema.safeParse(value);
  if (!parsed.success) {
    throw new SettingsInvalid(`${where} do not parse, deploy the app again: ${problems(parsed.error).join('; ')}`);
  }
  return parsed.data;
}
