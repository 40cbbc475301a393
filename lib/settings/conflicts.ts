import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { gatesOf, orderedPairs } from '../../lambdas/domain/gates/gates';
import { tooManyEvents } from '../../lambdas/domain/looks';
import { minutesOfWatch, strategySteps } from '../../lambdas/domain/strategy';
import { largestModelMB, memoryToLoadMB } from '../../lambdas/domain/model-load';
import {
  CAPTURED_PREFIX,
  FORMER_LABELS_PREFIX,
  LABELS_PREFIX,
  MODELS_PREFIX,
  ROLLOUTS_PREFIX,
} from '../../lambdas/contract/names';

/** A protobuf message has less than 2 GiB: https://protobuf.dev/programming-guides/proto-limits/ */
const ONNX_MAX_MB = 2047;
const ONNX = '.onnx';

/** Settings that are fine one by one and cannot be meant together. One sentence each, with both values. */
export function conflicts(settings: EndpointSettings): readonly string[] {
  return [
    ...gateConflicts(settings),
    ...undecidable(settings),
    ...capacityConflicts(settings),
    ...contentConflicts(settings),
    ...historyConflicts(settings),
  ];
}

function historyConflicts(settings: EndpointSettings): readonly string[] {
  const { strategy, onInsufficientEvidence } = settings;
  const steps = strategySteps(strategy);
  const { extendMinutes } = onInsufficientEvidence;
  const why = tooManyEvents({ steps, extendMinutes, watchMinutes: minutesOfWatch(steps, settings, 0) });
  return why === undefined ? [] : [`strategy: ${why}`];
}

/**
 * The judge tells "inside the tolerance" from "harmful". With harm at or inside the tolerance there is nothing between
 * the two to measure, and no canary could ever be decided.
 */
function gateConflicts({ gates, falseAlarmRate, missRate }: EndpointSettings): readonly string[] {
  const found: string[] = [];
  const { custom } = gates;
  for (const { gate, pairs } of orderedPairs(gates)) {
    const [name, place] = gate;
    const where = place === undefined ? `gates.${name}` : `gates.custom "${custom[Number(place)]?.name}"`;
    for (const one of pairs)
      if (one.tolerance > one.harm)
        found.push(`${where}: tolerance ${one.name} ${one.tolerance} lies beyond harm ${one.name} ${one.harm}`);
    for (const of of new Set(pairs.map((one) => one.of)))
      if (pairs.every((one) => one.of !== of || one.tolerance === one.harm))
        found.push(
          `${where}: tolerance and harm${of === undefined ? '' : ` of ${of}`} are the same, so nothing can be ` +
            'told apart; raise harm',
        );
  }
  for (const gate of custom)
    if (JSON.stringify(gate.of) === JSON.stringify(gate.events))
      found.push(
        `gates.custom "${gate.name}": events and of are the same counter, so that all of it would always happen`,
      );
  const names = custom.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) found.push(`gates.custom has the name "${repeated}" twice; reports tell gates by name`);
  if (falseAlarmRate + missRate >= 1)
    found.push(
      `falseAlarmRate ${falseAlarmRate} and missRate ${missRate} add up to 1 or more: a coin would judge as well`,
    );
  return found;
}

/** A canary that no gate decides ends without evidence, which is fine where a person or the settings answer then. */
function undecidable({ gates, strategy, onInsufficientEvidence }: EndpointSettings): readonly string[] {
  const decided = gatesOf(gates).some(({ mode }) => mode === 'enforce');
  if (decided || strategySteps(strategy).length === 0 || onInsufficientEvidence.then !== 'abort') return [];
  return ['gates: every gate is off or only observes, so that no canary could ever pass; let one enforce'];
}

function capacityConflicts(settings: EndpointSettings): readonly string[] {
  const found: string[] = [];
  const { keepBlueWarm, provisionedConcurrency, maxModelMB, memoryMB, suffix } = settings;
  if (keepBlueWarm && provisionedConcurrency === 0)
    found.push('keepBlueWarm is true, but provisionedConcurrency is 0: there is nothing to keep warm');
  const needed = memoryToLoadMB(maxModelMB);
  if (suffix === ONNX && maxModelMB > ONNX_MAX_MB)
    found.push(`maxModelMB ${maxModelMB} is more than an ONNX file can have: ${ONNX_MAX_MB} MB, the limit of protobuf`);
  else if (needed > memoryMB)
    found.push(
      `maxModelMB ${maxModelMB} takes ${needed} MB while it loads (2.2 times as much and 150 MB), more than ` +
        `memoryMB ${memoryMB}: raise memoryMB to ${needed} or lower maxModelMB to ${largestModelMB(memoryMB)}`,
    );
  return found;
}

function contentConflicts({ goldenSet, classNames }: EndpointSettings): readonly string[] {
  const found: string[] = [];
  const reserved = [MODELS_PREFIX, ROLLOUTS_PREFIX, CAPTURED_PREFIX, LABELS_PREFIX, FORMER_LABELS_PREFIX].find(
    (prefix) => goldenSet?.key.startsWith(prefix),
  );
  if (reserved !== undefined)
    found.push(
      `goldenSet.key ${JSON.stringify(goldenSet?.key)} lies under ${reserved}, which is kept for other things; ` +
        'use golden/',
    );
  const repeated = classNames?.find((name, index) => classNames.indexOf(name) !== index);
  if (repeated !== undefined) found.push(`classNames has ${JSON.stringify(repeated)} twice`);
  return found;
}
