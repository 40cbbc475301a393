/** The gates that there are, in the order of reports; `GATES` has the module of each. The user's own follow. */
export const GATE_NAMES = ['errors', 'latency', 'predictions', 'throttles', 'accuracy', 'memory'] as const;
export type BuiltInGateName = (typeof GATE_NAMES)[number];
/** A gate of the user's own is named after its setting: `custom:fallbacks`. */
export type CustomGateName = `custom:${string}`;
export type GateName = BuiltInGateName | CustomGateName;

/**
 * Metric of the gate `memory`: 1 for a request that left its environment near its memory limit. Else one 0 a minute and
 * environment, which says that it is measured.
 */
export const MEMORY_METRIC = 'M';
