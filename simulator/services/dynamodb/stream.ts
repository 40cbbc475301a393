import { isDeepStrictEqual } from 'node:util';
import { type AttributeValue, type Item, marshallItem } from './attribute-value';
import type { PlannedWrite } from './write';

/** A change of an item, as a table's stream holds it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, AttributeValue>>;
    readonly NewImage?: Readonly<Record<string, AttributeValue>>;
    readonly OldImage?: Readonly<Record<string, AttributeValue>>;
    readonly SequenceNumber: string;
    readonly StreamViewType: StreamView;
  };
}

export const STREAM_VIEWS = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type StreamView = (typeof STREAM_VIEWS)[number];

export interface StreamPlace {
  readonly region: string;
  readonly arn: string;
  readonly view: StreamView;
  readonly now: number;
  readonly number: number;
}

/** The record of a write; undefined for one that changes nothing, of which a stream tells nothing. */
export function streamRecord({ table, before, after }: PlannedWrite, place: StreamPlace): StreamRecord | undefined {
  const item = after ?? before;
  if (item === undefined || isDeepStrictEqual(before, after)) return undefined;
  const keys: Item = Object.fromEntries(table.keyNames.map((name) => [name, item[name]!]));
  const { region, arn, view, now, number } = place;
  const SequenceNumber = String(number).padStart(21, '0');
  const [withNew, withOld] = [/NEW/.test(view), /OLD/.test(view)];
  return {
    eventID: SequenceNumber,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    ...{ eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: region, eventSourceARN: arn },
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: marshallItem(keys),
      ...(withNew && after && { NewImage: marshallItem(after) }),
      ...(withOld && before && { OldImage: marshallItem(before) }),
      SequenceNumber,
      StreamViewType: view,
    },
  };
}
