import { changesOf, type MemberChange } from "../../src/audiences/core/chunk-changes";
import { chunkSize } from "../../src/audiences/core/piece";
import { encodeFacts, type EncodedFacts } from "../../src/facts/core/encoding";
import type { FactValue } from "../../src/facts/core/fact";
import type { Situation } from "../../src/rules/core/evaluate";
import { randomOf, today, type GeneratedTag } from "../rules/generate";
import type { BenchChunks } from "./chunks";
import { todayText, type GeneratedMembers } from "./columns";
import { choiceKeysOf, knownKey, liveKey, type BenchFacts } from "./keys";
import { factValue } from "./loop";

/** A member's tags with their values, as they were generated. */
type Tags = ReadonlyMap<GeneratedTag, number>;

export interface ChangedMember {
  readonly id: number;
  readonly isLive: boolean;
  readonly before: Tags;
  readonly after: Tags;
}

/** Members at random, each with five changes: tags that come, go or have another value. */
export function changedMembers(
  members: GeneratedMembers,
  tags: readonly GeneratedTag[],
  asked: readonly GeneratedTag[],
  count: number,
): ChangedMember[] {
  const random = randomOf(9);
  const ids = new Set<number>();
  while (ids.size < count) ids.add(Math.floor(random() * members.count));
  const before = new Map([...ids].map((id) => [id, new Map<GeneratedTag, number>()]));
  for (const [, { tag, ids: own, values }] of members.columns) {
    for (let place = 0; place < own.length; place += 1) before.get(own[place]!)?.set(tag, values ? values[place]! : 1);
  }
  return [...before].map(([id, known]) => {
    const after = new Map(known);
    // Two of the tags that the rules ask for, so that their counts change, and three of any.
    for (let each = 0; each < 5; each += 1) {
      const list = each < 2 ? asked : tags;
      const tag = list[Math.floor(random() * list.length)]!;
      if (after.has(tag) && random() < 0.5) after.delete(tag);
      else after.set(tag, otherValue(tag, random));
    }
    const isLive = ((members.live[id >>> 5]! >>> (id & 31)) & 1) === 1;
    return { id, isLive, before: known, after };
  });
}

function otherValue(tag: GeneratedTag, random: () => number): number {
  if (tag.type === "bool") return 1;
  if (tag.type === "enum") return Math.floor(random() * tag.n!);
  if (tag.type === "date") return today - Math.floor(random() * tag.span!);
  return 1 + Math.floor(random() * 2_000);
}

/** Takes the changes up, in memory and in the database. */
export async function refresh(chunks: BenchChunks, changed: readonly MemberChangeOf[]): Promise<Refreshed> {
  const byChunk = new Map<number, MemberChangeOf[]>();
  for (const change of changed) byChunk.set(change.chunk, [...(byChunk.get(change.chunk) ?? []), change]);
  const taken = { pieces: 0, computedMillis: 0 };
  const began = performance.now();
  for (const [chunk, members] of byChunk) {
    const started = performance.now();
    const changes = changesOf(members, [liveKey]);
    const { pieces } = changes;
    taken.computedMillis += performance.now() - started;
    for (let first = 0; first < pieces.length; first += 500) {
      const part = pieces.slice(first, first + 500);
      const contents = await chunks.read(chunk, part);
      const applying = performance.now();
      const results = part.map((piece, place) => [piece, changes.apply(piece, contents[place])] as const);
      taken.computedMillis += performance.now() - applying;
      await chunks.write(chunk, results);
    }
    taken.pieces += pieces.length;
  }
  return { ...taken, millis: performance.now() - began };
}

export interface Refreshed {
  readonly pieces: number;
  readonly millis: number;
  /** Without the database. */
  readonly computedMillis: number;
}

export interface MemberChangeOf extends MemberChange {
  readonly chunk: number;
}

export function memberChange({ id, isLive, before, after }: ChangedMember): MemberChangeOf {
  return {
    chunk: Math.floor(id / chunkSize),
    position: id % chunkSize,
    before: encoded(before, isLive),
    after: encoded(after, isLive),
  };
}

function encoded(tags: Tags, isLive: boolean): EncodedFacts {
  const keys = isLive ? [liveKey] : [];
  const slots: [number, number][] = [];
  for (const [tag, value] of tags) {
    keys.push(knownKey(tag), ...choiceKeysOf(tag, value));
    if (tag.type === "num" || tag.type === "date") slots.push([knownKey(tag), value]);
  }
  slots.sort(([one], [other]) => one - other);
  return {
    keys: Int32Array.from(keys).sort(),
    slots: Int32Array.from(slots, ([slot]) => slot),
    values: Float64Array.from(slots, ([, value]) => value),
  };
}

export const bytesOfEncoding = (change: MemberChangeOf) => encodeFacts(change.before!).length;

/** As the reference evaluator asks. */
export function situationOf(tags: Tags, facts: BenchFacts): Situation {
  const valueOf = (fact: string): FactValue | undefined => {
    const tag = facts.tagOf(fact);
    const value = tags.get(tag);
    return value === undefined ? undefined : factValue(fact, tag, value);
  };
  return { today: todayText, valueOf, isInAudience: () => false };
}
