import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { EventTypeDefinition } from '@aws-cdk/service-spec-types';
import * as fc from 'fast-check';
import * as z from 'zod';

type Properties = EventTypeDefinition['properties'];
type Type = Properties[string]['type'];

/** What is under one key of an event's detail, as EventBridge's schema registry has it. */
export type Field = { readonly required: boolean } & (
  { readonly kind: 'string' | 'number' } | { readonly kind: 'object'; readonly fields: Fields }
);
export type Fields = Readonly<Record<string, Field>>;

const registry = loadAwsServiceSpecSync();

/**
 * The detail of an event in EventBridge's schema registry, of which AWS publishes a copy for the CDK.
 * @throws Error when the registry has no such event, or a type in it that this does not know
 */
export function registeredDetail(source: string, detailType: string): Fields {
  const event = [...registry.all('event')].find((one) => one.source === source && one.detailType === detailType);
  if (event === undefined) throw new Error(`the schema registry has no event "${detailType}" of ${source}`);
  return fieldsOf(registry.get('eventTypeDefinition', event.rootProperty).properties);
}

const fieldsOf = (properties: Properties): Fields =>
  Object.fromEntries(
    Object.entries(properties).map(([key, { type, required = false }]) => [key, { required, ...kindOf(key, type) }]),
  );

function kindOf(key: string, type: Type) {
  switch (type.type) {
    case 'string':
      return { kind: 'string' } as const;
    case 'number':
    case 'integer':
      return { kind: 'number' } as const;
    case 'ref': {
      const { properties } = registry.get('eventTypeDefinition', type.reference);
      return { kind: 'object', fields: fieldsOf(properties) } as const;
    }
    default:
      throw new Error(`the schema registry has a ${type.type} under ${key}, which this test does not know`);
  }
}

/** Refuses what the registry does not have: another type, a missing key, a key too many. */
export function schemaOf(fields: Fields): z.ZodType {
  const one = (field: Field): z.ZodType => {
    const known =
      field.kind === 'object'
        ? schemaOf(field.fields)
        : field.kind === 'string'
          ? z.string()
          : z.number().nonnegative();
    return field.required ? known : known.optional();
  };
  return z.strictObject(Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, one(field)])));
}

/** Any detail that the registry allows; what it does not require may be missing. */
export function detailsOf(fields: Fields): fc.Arbitrary<unknown> {
  const one = (field: Field): fc.Arbitrary<unknown> => {
    if (field.kind === 'object') return detailsOf(field.fields);
    // Times and sizes are whole; a text has at least one character, at most what a bucket's name may have.
    return field.kind === 'string' ? fc.string({ minLength: 1, maxLength: 63, unit: 'grapheme' }) : fc.nat();
  };
  const requiredKeys = Object.keys(fields).filter((key) => fields[key]!.required);
  const arbitraries = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, one(field)]));
  return fc.record(arbitraries, { requiredKeys });
}
