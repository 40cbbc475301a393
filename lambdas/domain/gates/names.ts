/** The gates that there are, in the order of reports; `GATES` has the module of each. The user's own follow. */
export const GATE_NAMES = ['errors', 'latency', 'predictions', 'throttles', 'accuracy'] as const;
export type BuiltInGateName = (typeof GATE_NAMES)[number];
/** A gate of the user's own is named after its setting: `custom:fallbacks`. */
export type CustomGateName = `custom:${string}`;
export type GateName = BuiltInGateName | CustomGateName;
