import type { EndpointConfig } from '../../contract/endpoint-settings';

/** Whether latency is judged on warm requests alone, as far as the settings say; the built-in server tells them from cold ones. */
export const warmOnly = ({ builtIn, settings }: EndpointConfig): boolean =>
  builtIn && settings.gates.latency !== false && settings.gates.latency.requests === 'warm';
