import type { EndpointConfig } from '../contract/endpoint-settings';
import { parseExecutionInput } from '../contract/execution-input';
import type { Adapters } from '../adapters/adapters';
import { findEndpoint } from '../steps/validation/find-endpoint';

/** The endpoint of that name, or the only one. @throws InvalidInput, UnknownEndpoint with the names there are */
export const chooseEndpoint = (ports: Pick<Adapters, 'settings'>, name: string | undefined): Promise<EndpointConfig> =>
  findEndpoint(ports, parseExecutionInput(name === undefined ? {} : { endpoint: name }));
