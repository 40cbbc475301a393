/**
 * What every event has in common. Apart from the schema, which only the publisher needs: the steps that announce would
 * carry it in their bundles.
 */
export const EVENT_SOURCE = 'greenlight';
export const EVENT_DETAIL_TYPE = 'Greenlight Transition';

/**
 * A new member, a new transition or a new value of an open text raises the second number; a member that goes, or means
 * something else, raises the first. Readers of events ignore what they do not know.
 */
export const EVENT_SCHEMA_VERSION = '1.2';
/** What an app of before announced may still lie in the table when it is deployed anew: read, and published as it is. */
export const EVENT_SCHEMA_VERSIONS = ['1.0', '1.1', EVENT_SCHEMA_VERSION] as const;
