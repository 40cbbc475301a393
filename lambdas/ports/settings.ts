import type { EndpointConfig } from '../contract/endpoint-settings';

/** The endpoints of this app and their settings. */
export interface Settings {
  list(): Promise<readonly EndpointConfig[]>;
  find(endpoint: string): Promise<EndpointConfig | undefined>;
}
