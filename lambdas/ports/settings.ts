import type { EndpointConfig } from '../contract/endpoint-settings';

/** The endpoints of this app and their settings. */
export interface Settings {
  /** All of them, or an error when one cannot be read. */
  list(): Promise<readonly EndpointConfig[]>;
  /** Those that can be read, for whoever must not leave them alone because of another one, and why others cannot. */
  readable(): Promise<{ readonly configs: readonly EndpointConfig[]; readonly unreadable: readonly Error[] }>;
  find(endpoint: string): Promise<EndpointConfig | undefined>;
}
