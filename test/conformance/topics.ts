import type { Topic } from './expectation';
import { aliases } from './topics/aliases';
import { events } from './topics/events';
import { executions } from './topics/executions';
import { functionMetrics } from './topics/function-metrics';
import { invocations } from './topics/invocations';
import { items } from './topics/items';
import { notices } from './topics/notices';
import { objectLists } from './topics/object-lists';
import { objects } from './topics/objects';
import { ownEvents } from './topics/own-events';
import { provisioning } from './topics/provisioning';
import { publishing } from './topics/publishing';
import { queries } from './topics/queries';
import { queues } from './topics/queues';
import { recorded } from './topics/recorded';
import { revisions } from './topics/revisions';
import { statistics } from './topics/statistics';
import { tasks } from './topics/tasks';
import { versions } from './topics/versions';

/** Everything that is expected, in the order of the page. */
export const TOPICS: readonly Topic[] = [
  ...[aliases, revisions, recorded, publishing, versions, provisioning, invocations],
  ...[items, queries, objects, objectLists],
  ...[executions, tasks, events],
  ...[statistics, functionMetrics, notices, ownEvents, queues],
];

export const EXPECTATIONS = TOPICS.flatMap(({ expectations }) => expectations);
