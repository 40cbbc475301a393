import { FIELD_LIMITS, FIELDS, type WidgetShow } from '../../contract/widget-event';

export interface Typed {
  readonly by: string;
  readonly reason: string;
  readonly to: string;
}

/** What stands in the form fields of a widget; a field that is missing, or no text, is empty. Longer than it may be by one at most. */
export function typedIn({ forms }: Pick<WidgetShow['widgetContext'], 'forms'>): Typed {
  const read = (name: keyof typeof FIELDS): string => {
    const value = Object.hasOwn(forms.all, FIELDS[name]) ? forms.all[FIELDS[name]] : undefined;
    return typeof value === 'string' ? value.trim().slice(0, FIELD_LIMITS[name] + 1) : '';
  };
  return { by: read('by'), reason: read('reason'), to: read('to') };
}
