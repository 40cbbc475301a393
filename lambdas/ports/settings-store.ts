import type { EndpointConfig } from '../contract/endpoint-settings';

/** Where the deploy leaves the settings that `Settings` reads. Only the live alias' custom resource writes. */
export interface SettingsStore {
  /** Replaces what is stored under the endpoint's name. */
  put(config: EndpointConfig): Promise<void>;
  /** Nothing happens when there is none. */
  remove(endpoint: string): Promise<void>;
}
