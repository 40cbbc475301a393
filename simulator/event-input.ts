/** The parts of a rule's target that shape what the target gets. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** What the target gets of an event: all of it, a fixed input, one path, or the filled template. */
export function targetInput(target: TargetInput, event: Readonly<Record<string, unknown>>): unknown {
  if (target.Input !== undefined) return JSON.parse(target.Input);
  if (target.InputPath !== undefined) return at(event, target.InputPath);
  if (!target.InputTransformer) return event;
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  const values = {
    ...event,
    ...Object.fromEntries(Object.entries(InputPathsMap).map(([name, path]) => [name, at(event, path)])),
  };
  return JSON.parse(fill(InputTemplate, values));
}

/** Inside quotes a variable is put in as text, outside as JSON; a variable without a value is left empty. */
function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/"([^"]*)"|<([^<>]+)>/g, (_, quoted: string | undefined, name: string) => {
    if (quoted === undefined) return JSON.stringify(values[name] ?? '');
    const whole = /^<([^<>]+)>$/.exec(quoted);
    const text = (variable: string) => {
      const value = values[variable];
      return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    };
    if (whole) return JSON.stringify(text(whole[1]!));
    return JSON.stringify(
      (JSON.parse(`"${quoted}"`) as string).replace(/<([^<>]+)>/g, (__, variable: string) => text(variable)),
    );
  });
}

/** A path such as `$.detail.name` or `$.detail.items[0]`. */
function at(event: unknown, path: string): unknown {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter(Boolean);
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], event);
}
