import * as z from 'zod';
import { CHOSEN_ENDPOINT } from './names';

/** What a widget of the dashboard shows. */
export const WIDGET_VIEWS = ['endpoints', 'rollout', 'comparison'] as const;
export type WidgetView = (typeof WIDGET_VIEWS)[number];

const moment = z.number().int().min(0).max(8.64e15);
const stretch = z.object({ start: moment, end: moment });

/**
 * What CloudWatch tells every widget of itself, as far as it is read here; only expected of it, so that each part may
 * be missing: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
const widgetContext = z.object({
  theme: z.enum(['light', 'dark']).catch('light'),
  timeRange: stretch.extend({ zoom: stretch.optional() }).optional(),
  /** What stands in the widget's form fields, by their names. */
  forms: z.object({ all: z.record(z.string(), z.unknown()).default({}) }).default({ all: {} }),
});
const NOTHING_KNOWN = { theme: 'light', forms: { all: {} } } as const;

const endpoint = z.string().min(1).max(31);
const rolloutId = z.string().min(1).max(80);
const version = z.string().regex(/^(\$LATEST|[1-9][0-9]{0,8})$/, 'must be a version number such as "7"');
const isoTime = z.iso.datetime();

const show = z.object({
  view: z.enum(WIDGET_VIEWS).default('endpoints'),
  /** @default the only endpoint, also where a dashboard's reader has named none; of no meaning to `endpoints` */
  endpoint: endpoint.optional().transform((name) => (name === CHOSEN_ENDPOINT ? undefined : name)),
  /** Of `endpoints`; beyond the last one it is the last. */
  page: z.number().int().min(1).default(1),
  widgetContext: widgetContext.default(NOTHING_KNOWN),
});

/** A button's operation, with what its reader saw: it is refused when that is no longer so. */
const operation = z.discriminatedUnion('do', [
  z.object({ do: z.literal('promote'), rolloutId }),
  z.object({ do: z.literal('abort'), rolloutId }),
  z.object({ do: z.literal('approve'), rolloutId, askedAt: isoTime }),
  z.object({ do: z.literal('reject'), rolloutId, askedAt: isoTime }),
  z.object({ do: z.literal('rollback'), live: version, rollout: rolloutId.nullable(), last: rolloutId.nullable() }),
  z.object({ do: z.literal('postpone'), until: isoTime.nullable(), held: isoTime.nullable() }),
  /** Nothing but looking again. */
  z.object({ do: z.literal('look') }),
]);
export type WidgetOperation = z.output<typeof operation>;

const act = z.object({
  endpoint,
  operation,
  widgetContext: widgetContext.default(NOTHING_KNOWN),
});

/** CloudWatch asks what a widget's parameters mean, and shows the answer where they are set. */
const DESCRIBE = { describe: true } as const;
const isDescribe = z.object({ describe: z.literal(true) });

/** Problems are those of the schema: a union would only say that neither fits. */
const orDescribe = <T>(schema: z.ZodType<T>) =>
  z.unknown().transform((event, context): T | typeof DESCRIBE => {
    if (isDescribe.safeParse(event).success) return DESCRIBE;
    const parsed = schema.safeParse(event);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

export const widgetShowSchema = orDescribe(show);
export type WidgetShow = z.output<typeof show>;

export const widgetActSchema = orDescribe(act);
export type WidgetAct = z.output<typeof act>;

/** Names of the form fields. */
export const FIELDS = { by: 'by', reason: 'reason', to: 'to' } as const;
/** Most letters of each; a reason goes where a hold's goes, which takes no more. */
export const FIELD_LIMITS = { by: 80, reason: 400, to: 9 } as const;
