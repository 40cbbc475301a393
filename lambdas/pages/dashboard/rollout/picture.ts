import type { RolloutRecord } from '../../../contract/rollout-record';
import type { EndpointView } from '../../../contract/view';

/** What is known of one endpoint: what runs, or what ran last. */
export interface RolloutPicture {
  readonly view: EndpointView;
  /** One sentence. */
  readonly headline: string;
  /** More sentences, in order. */
  readonly because: readonly string[];
  /** Of the rollout that runs, or of the last one; undefined when nothing was ever rolled out. */
  readonly record: RolloutRecord | undefined;
  /** Where to read more in the console. */
  readonly links: readonly { readonly label: string; readonly address: string }[];
}

/** What its reader can do; undefined where the dashboard only shows. */
export interface Acting {
  /** ARN of the function that the buttons call. */
  readonly calls: string;
  /** What stands in the fields: a widget is drawn anew while a person types. */
  readonly typed: { readonly by: string; readonly reason: string; readonly to: string };
}

/** What came of a click. */
export interface Said {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** "Done", or the name of the refusal. */
  readonly title: string;
  readonly text: string;
  readonly next: readonly string[];
}
