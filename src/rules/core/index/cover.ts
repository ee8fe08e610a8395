import { isTest, type Condition, type KeyTest, type RangeTest, type Test } from "./condition";
import { nodeNumber } from "./number-line";
import { everybody } from "./vocabulary";

/**
 * By what a rule is found: whoever the rule holds of meets at least one of these lists. It is never the other way round
 * that a list is missed, so what is met has to be checked, but nothing else is.
 */
export interface Cover {
  /** Each once. */
  readonly lists: readonly number[];
  /** Of those who meet one of them. */
  readonly share: number;
  /** The one test that the lists stand for, undefined where they stand for several. */
  readonly test: Test | undefined;
}

/** One key needs no set, which would be garbage of every replacement of a rule. */
export function withoutDoubles(keys: readonly number[]): readonly number[] {
  return keys.length === 1 ? keys : [...new Set(keys)];
}

/** A list is that of a key, or of a node of a slot's number line, which are numbered below zero. */
const listOfNode = (slot: number, node: number): number => ~nodeNumber(slot, node);

/** More lists than this cost more memory than they save time; a rule that needs them is looked at by everybody. */
const mostLists = 64;
/** Nearby numbers of others are met as well. */
const rangeSlack = 1.2;

/** The nodes of a slot's number line that make up the range. */
export type NodesOf = (range: RangeTest) => readonly number[];

/**
 * The necessary cover that the fewest meet: of what must all hold, the best part's; of what may hold in turn, those of
 * all parts; what is negated has none, since it holds of those who have nothing. Undefined where there is none.
 */
export function coverOf(condition: Condition, nodesOf: NodesOf): Cover | undefined {
  if (isTest(condition)) return condition.holds ? coverOfTest(condition, nodesOf) : undefined;
  const covers = condition.parts.map((part) => coverOf(part, nodesOf));
  if (condition.kind === "ALL") {
    return covers.reduce((best, each) => (each && (!best || each.share < best.share) ? each : best), undefined);
  }
  if (!covers.every((each) => each !== undefined)) return undefined;
  const lists = [...new Set(covers.flatMap((each) => each.lists))];
  const share = Math.min(
    1,
    covers.reduce((sum, each) => sum + each.share, 0),
  );
  return lists.length > mostLists ? undefined : { lists, share, test: undefined };
}

function coverOfTest(test: Test, nodesOf: NodesOf): Cover | undefined {
  if (test.kind === "KEYS") {
    if (test.keys.length > mostLists) return undefined;
    return { lists: withoutDoubles(test.keys), share: test.share, test };
  }
  const lists = nodesOf(test).map((node) => listOfNode(test.slot, node));
  return { lists, share: Math.min(1, test.share * rangeSlack), test };
}

export interface KnownFacts {
  knownKey(fact: string): number;
  shareKnown(fact: string): number;
}

export interface GuardedRest {
  /** Two keys beside the rule's number in each posting; `everybody` where there is none. */
  readonly guards: readonly [number, number];
  /** What the program has to check. */
  readonly rest: readonly Condition[];
}

interface Guard {
  readonly test: Test;
  readonly share: number;
}

/** The rarest two keys that parts of the rest need, which is what ends most candidates before a program is read. */
export function guardRest(rest: readonly Condition[], known: KnownFacts): GuardedRest {
  let [first, second]: (Guard | undefined)[] = [];
  for (const part of rest) {
    if (!isTest(part) || !part.holds || !(isOneKey(part) || part.fact !== undefined)) continue;
    const guard = { test: part, share: guardShare(part, known) };
    if (!first || guard.share < first.share) [first, second] = [guard, first];
    else if (!second || guard.share < second.share) second = guard;
  }
  const settled = [first, second].flatMap((guard) => (guard && isOneKey(guard.test) ? [guard.test] : []));
  return {
    guards: [guardKey(first?.test, known), guardKey(second?.test, known)],
    rest: settled.length === 0 ? rest : rest.filter((part) => !settled.includes(part as KeyTest)),
  };
}

/** The one key settles the test; of others it is only needed that their fact is known. */
function isOneKey(test: Test): test is KeyTest {
  return test.kind === "KEYS" && test.keys.length === 1;
}

function guardShare(test: Test, known: KnownFacts): number {
  return isOneKey(test) || test.fact === undefined ? test.share : known.shareKnown(test.fact);
}

function guardKey(test: Test | undefined, known: KnownFacts): number {
  if (test === undefined) return everybody;
  return isOneKey(test) ? test.keys[0]! : known.knownKey(test.fact);
}

/** The parts that must all hold. */
export function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === "ALL" ? condition.parts : [condition];
}

/** What is left of a rule's parts once a cover found it. */
export function restBehind(cover: Cover | undefined, parts: readonly Condition[]): readonly Condition[] {
  const { test } = cover ?? {};
  if (!test || !parts.includes(test)) return parts;
  if (test.kind === "KEYS") return parts.filter((part) => part !== test);
  // Those who meet a node are mostly in the range, so the other parts are better asked first.
  return parts.map((part) => (part === test ? { ...test, share: 0.9 } : part));
}
