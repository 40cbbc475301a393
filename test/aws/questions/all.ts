import { alarmArrives } from './C13-alarm-arrives';
import { aliasInTemplate } from './D2-alias-in-template';
import { aliasOrVersion } from './C2-alias-or-version';
import { aliasPropagation } from './L5-alias-propagation';
import { bins } from './C7-bins';
import { deleteInUse } from './L10-delete-in-use';
import { descriptionAlone } from './L8-description-alone';
import { embeddedDelay } from './C4-embedded-delay';
import { errorNames } from './F8-error-names';
import { firstCall } from './L14-first-call';
import { fromTheRollouts } from './from-the-rollouts';
import { lambdaDelay } from './C4-lambda-delay';
import { nameByEventBridge } from './F4-name-by-eventbridge';
import { nobodyCanAsk } from './nobody-can-ask';
import { provisionedOnBothVersions } from './L13-provisioned-on-both-versions';
import { provisionedOnWeightedAlias } from './L11-provisioned-on-weighted-alias';
import type { Question } from './question';
import { rangesAndHundredValues } from './C7-ranges-and-hundred-values';
import { rateOfReads } from './C6-rate-of-reads';
import { revisionAfterUpdate } from './L9-revision-after-update';
import { runtimes } from './L23-runtimes';
import { seriesWithoutWeights } from './C3-series-without-weights';
import { staleRevision } from './L3-stale-revision';
import { throttlesPerVersion } from './C3-throttles';
import { versionOnUrl } from './L7-version-on-url';
import { weightsAfterPublish } from './L6-weights-after-publish';
import { weightsCleared } from './L4-weights-cleared';
import { whatCountsAsError } from './L26-what-counts-as-error';

/** Every question, those first on whose answer most depends. */
export const questions: readonly Question[] = [
  provisionedOnBothVersions,
  seriesWithoutWeights,
  alarmArrives,
  bins,
  firstCall,
  lambdaDelay,
  embeddedDelay,
  aliasPropagation,
  revisionAfterUpdate,
  descriptionAlone,
  aliasInTemplate,
  nameByEventBridge,
  throttlesPerVersion,
  errorNames,
  whatCountsAsError,
  aliasOrVersion,
  rangesAndHundredValues,
  staleRevision,
  weightsCleared,
  weightsAfterPublish,
  versionOnUrl,
  deleteInUse,
  provisionedOnWeightedAlias,
  runtimes,
  rateOfReads,
  ...fromTheRollouts,
  ...nobodyCanAsk,
];

/** Those that have a function of their own in the stack of questions. */
export const withFunction = questions.filter((one) => one.minutes > 0 && !fromTheRollouts.includes(one));
