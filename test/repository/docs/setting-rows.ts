import * as z from 'zod';
import { endpointSettingsSchema } from '../../../lambdas/contract/endpoint-settings';

/** One setting as the reference shows it. */
export interface SettingRow {
  /** With dots: `goldenSet.key`. */
  readonly name: string;
  /** `required`, `none`, or the default as JSON. */
  readonly default: string;
  /** In words; undefined where a schema of text or of a list says it in too many. */
  readonly limit: string | undefined;
}

interface Node {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly (Node & { readonly const?: unknown })[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Every setting of an endpoint, in the schema's order. */
export const settingRows = (): readonly SettingRow[] =>
  inside(z.toJSONSchema(endpointSettingsSchema, { io: 'input', unrepresentable: 'any' }) as Node, '');

const inside = (node: Node, prefix: string): readonly SettingRow[] =>
  Object.entries(node.properties ?? {}).flatMap(([key, given]) => {
    const name = `${prefix}${key}`;
    const setting = switchable(given);
    if (setting.properties !== undefined) return inside(setting, `${name}.`);
    const required = node.required?.includes(key) ? 'required' : 'none';
    return [
      {
        name,
        default: setting.default === undefined ? required : JSON.stringify(setting.default),
        limit: limitOf(setting),
      },
    ];
  });

/** "These settings, or false": the settings. */
const switchable = (node: Node): Node =>
  node.anyOf?.some((branch) => branch.const === false)
    ? (node.anyOf.find((branch) => branch.properties !== undefined) ?? node)
    : node;

function limitOf({ type, enum: values, minimum, exclusiveMinimum, maximum }: Node): string | undefined {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (exclusiveMinimum !== undefined) return `above ${exclusiveMinimum}, at most ${maximum}`;
  if (minimum === undefined) return undefined;
  return maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`;
}
