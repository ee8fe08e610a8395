import {
  addAll,
  addAllBut,
  clearBit,
  clearBits,
  countBits,
  countCommon,
  emptyBitset,
  keepAll,
  keepCommon,
  keepDifference,
  removeAll,
  removeEach,
  setBit,
  setBits,
  type Bitset,
} from "./bitset";
import { Column, mostOneByOne, noColumn, type NumberRange } from "./column";
import { bitsOf, isBitset, noMembers, type Container } from "./container";
import type { DayColumn } from "./day-column";
import { chunkSize, type PieceContent } from "./piece";
import type { AudiencePlan, PlanNode } from "./plan";

/** The contents of a plan's pieces in one chunk, in the plan's order; undefined where nothing is stored. */
export type ChunkContents = readonly (PieceContent | undefined)[];

/** A leaf's members: as positions, which need not be in order, or as bits. */
type Found = Uint16Array | Bitset;

/**
 * Evaluates plans on chunks, one after another, in bitsets that it keeps for that: an evaluation makes no garbage but
 * its result. Every step works on all members of the chunk at once and touches the target only where it must:
 *
 * - the target begins as the live members, and conditions take members out of it, so that nobody else ever gets in;
 * - `not` is never a set of its own: it turns "keep what is in" into "take out what is in";
 * - only a group within a group of the other kind needs a bitset beside the target, one for each level.
 *
 * It is synchronous, and one evaluator serves a whole process.
 */
export class ChunkEvaluator {
  readonly #levels: Bitset[] = [];
  readonly #whole = emptyBitset();
  readonly #leaf = emptyBitset();
  readonly #below = emptyBitset();
  #sums: Float64Array | undefined;
  #contents: ChunkContents = [];

  /** The live members for whom the rule holds, in a bitset of the caller's own. */
  select(plan: AudiencePlan, contents: ChunkContents): Bitset {
    const target = this.live(contents);
    this.keep(plan.root, contents, target);
    return target;
  }

  /** How many `select` would find, without a bitset for them. */
  count(plan: AudiencePlan, contents: ChunkContents): number {
    const target = this.#whole;
    fillWith(target, container(contents[0]));
    this.keep(plan.root, contents, target);
    return countBits(target);
  }

  /** The live members, in a bitset of the caller's own. */
  live(contents: ChunkContents): Bitset {
    return bitsOf(container(contents[0]));
  }

  /** Takes out of the target for whom the node does not hold. */
  keep(node: PlanNode, contents: ChunkContents, target: Bitset): void {
    this.#contents = contents;
    this.#keep(node, target, 0);
    this.#contents = [];
  }

  #keep(node: PlanNode, target: Bitset, level: number): void {
    if (node.kind === "NOT") return this.#remove(node.part, target, level);
    if (node.kind === "ALL") return this.#keepEach(node.parts, false, target, level);
    if (node.kind === "ANY") return keepCommon(target, this.#fill(node, level));
    if (node.kind === "RANGE") return this.#keepRange(node, target);
    const found = this.#leafOf(node);
    if (isBitset(found)) return keepCommon(target, found);
    // As bits first: testing each position and putting back the hits takes three times as long.
    fillWith(this.#leaf, found);
    keepCommon(target, this.#leaf);
  }

  /** Keeps whom each of the parts keeps, or takes out whom each of them finds; stored bitsets all together at last. */
  #keepEach(parts: readonly PlanNode[], isOpposite: boolean, target: Bitset, level: number): void {
    const kept: Bitset[] = [];
    const removed: Bitset[] = [];
    for (const part of parts) {
      const isNegated = part.kind === "NOT";
      const leaf = isNegated ? part.part : part;
      const found = leaf.kind === "MEMBERS" && leaf.pieces.length === 1 ? this.#contents[leaf.pieces[0]!] : undefined;
      if (found instanceof Int32Array) (isNegated === isOpposite ? kept : removed).push(found);
      else if (isOpposite) this.#remove(part, target, level);
      else this.#keep(part, target, level);
    }
    keepAll(target, kept);
    removeEach(target, removed);
  }

  /** Takes out of the target for whom the node holds. */
  #remove(node: PlanNode, target: Bitset, level: number): void {
    if (node.kind === "NOT") return this.#keep(node.part, target, level);
    if (node.kind === "ANY") return this.#keepEach(node.parts, true, target, level);
    if (node.kind === "ALL") return removeAll(target, this.#fill(node, level));
    const found = this.#leafOf(node);
    if (isBitset(found)) return removeAll(target, found);
    clearBits(target, found);
  }

  /** Adds to the target for whom the node holds. */
  #add(node: PlanNode, target: Bitset, level: number): void {
    if (node.kind === "NOT") return this.#addAllBut(node.part, target, level);
    if (node.kind === "ANY") {
      for (const part of node.parts) this.#add(part, target, level);
      return;
    }
    if (node.kind === "ALL") return addAll(target, this.#fill(node, level));
    addFound(target, this.#leafOf(node));
  }

  /** Adds to the target for whom the node does not hold, members or not: the live ones stand outside of it all. */
  #addAllBut(node: PlanNode, target: Bitset, level: number): void {
    if (node.kind === "NOT") return this.#add(node.part, target, level);
    addAllBut(target, this.#fill(node, level));
  }

  /** For whom the node holds, in the bitset of this level; whatever is below works in those of the next. */
  #fill(node: PlanNode, level: number): Bitset {
    const own = (this.#levels[level] ??= emptyBitset());
    const isAll = node.kind === "ALL";
    const [first, ...rest] = isAll || node.kind === "ANY" ? node.parts : [node];
    // A copy of the first leaf saves the pass that would bring it into a full or an empty bitset.
    const isCopied = first !== undefined && isLeaf(first);
    if (isCopied) fillWith(own, this.#leafOf(first));
    else own.fill(isAll ? -1 : 0);
    const parts = isCopied || first === undefined ? rest : [first, ...rest];
    if (isAll) this.#keepEach(parts, false, own, level + 1);
    else for (const part of parts) this.#add(part, own, level + 1);
    return own;
  }

  #leafOf(leaf: PlanLeaf): Found {
    if (leaf.kind === "RANGE") return this.#range(leaf);
    if (leaf.kind === "SUM") return this.#sum(leaf.pieces, leaf.range);
    if (leaf.pieces.length === 1) return container(this.#contents[leaf.pieces[0]!]);
    if (leaf.pieces.length === 0) return noMembers;
    fillWith(this.#leaf, container(this.#contents[leaf.pieces[0]!]));
    for (const piece of leaf.pieces.slice(1)) addFound(this.#leaf, container(this.#contents[piece]));
    return this.#leaf;
  }

  /** A wide range is who is among the first by value, without who is among the first below it. */
  #range({ piece, range }: Extract<PlanNode, { kind: "RANGE" }>): Found {
    const column = columnIn(this.#contents[piece]);
    const { from, to } = column.stretchOf(range);
    if (to - from <= mostOneByOne) return column.positions.subarray(from, to);
    column.fillFirst(to, this.#leaf);
    if (from > 0) {
      column.fillFirst(from, this.#below);
      removeAll(this.#leaf, this.#below);
    }
    return this.#leaf;
  }

  /** The same in one pass over the target. */
  #keepRange({ piece, range }: Extract<PlanNode, { kind: "RANGE" }>, target: Bitset): void {
    const column = columnIn(this.#contents[piece]);
    const { from, to } = column.stretchOf(range);
    if (to - from <= mostOneByOne) fillWith(this.#leaf, column.positions.subarray(from, to));
    else column.fillFirst(to, this.#leaf);
    if (from === 0 || to - from <= mostOneByOne) return keepCommon(target, this.#leaf);
    column.fillFirst(from, this.#below);
    keepDifference(target, this.#leaf, this.#below);
  }

  /** Adds up the days of a period, then asks each member who has a sum; who has none counts as 0. */
  #sum(pieces: readonly number[], range: NumberRange): Bitset {
    const days = pieces.flatMap((piece) => dayColumn(this.#contents[piece]) ?? []);
    const sums = (this.#sums ??= new Float64Array(chunkSize));
    for (const { positions, amounts } of days) {
      for (let place = 0; place < positions.length; place += 1) sums[positions[place]!]! += amounts[place]!;
    }
    const isZeroIn = isWithin(0, range);
    this.#leaf.fill(isZeroIn ? -1 : 0);
    for (const { positions } of days) {
      for (let place = 0; place < positions.length; place += 1) {
        const position = positions[place]!;
        if (isWithin(sums[position]!, range)) setBit(this.#leaf, position);
        else clearBit(this.#leaf, position);
      }
    }
    // Only what was written is made 0 again, after all were asked, since a member may have several days.
    for (const { positions } of days) for (const position of positions) sums[position] = 0;
    return this.#leaf;
  }
}

type PlanLeaf = Exclude<PlanNode, { kind: "ALL" | "ANY" | "NOT" }>;

function isLeaf(node: PlanNode): node is PlanLeaf {
  return node.kind === "MEMBERS" || node.kind === "RANGE" || node.kind === "SUM";
}

/** How many live members fulfil the plan's conditions, one by one and together. */
export interface FunnelCounts {
  readonly live: number;
  readonly conditions: readonly FunnelStep[];
}

export interface FunnelStep {
  /** How many remain after this condition and all before it. */
  readonly remaining: number;
  /** How many of all live members this condition alone removes. */
  readonly removedAlone: number;
  /** How many only this condition keeps out: they fulfil all the others. */
  readonly missedOnlyThis: number;
}

/** The funnel of one chunk. It costs each condition once and two passes over their bitsets. */
export function chunkFunnel(evaluator: ChunkEvaluator, plan: AudiencePlan, contents: ChunkContents): FunnelCounts {
  const live = evaluator.live(contents);
  const liveCount = countBits(live);
  const holds = plan.conditions.map((condition) => {
    const own = live.slice();
    evaluator.keep(condition, contents, own);
    return own;
  });
  // What all conditions from the next one on leave, by place.
  const after: Bitset[] = [];
  const rest = live.slice();
  for (let place = holds.length - 1; place >= 0; place -= 1) {
    after[place] = rest.slice();
    keepCommon(rest, holds[place]!);
  }
  const before = live.slice();
  const conditions = holds.map((own, place) => {
    const others = countCommon(before, after[place]!);
    keepCommon(before, own);
    return {
      remaining: countBits(before),
      removedAlone: liveCount - countBits(own),
      missedOnlyThis: others - countCommon(before, after[place]!),
    };
  });
  return { live: liveCount, conditions };
}

export function addFunnels(one: FunnelCounts, other: FunnelCounts): FunnelCounts {
  const conditions = one.conditions.map((step, place) => {
    const more = other.conditions[place]!;
    return {
      remaining: step.remaining + more.remaining,
      removedAlone: step.removedAlone + more.removedAlone,
      missedOnlyThis: step.missedOnlyThis + more.missedOnlyThis,
    };
  });
  return { live: one.live + other.live, conditions };
}

function fillWith(target: Bitset, found: Found): void {
  if (isBitset(found)) return target.set(found);
  target.fill(0);
  addFound(target, found);
}

function addFound(target: Bitset, found: Found): void {
  if (isBitset(found)) return addAll(target, found);
  setBits(target, found);
}

function isWithin(value: number, { low, isLowIncluded, high, isHighIncluded }: NumberRange): boolean {
  return (isLowIncluded ? value >= low : value > low) && (isHighIncluded ? value <= high : value < high);
}

function container(content: PieceContent | undefined): Container {
  if (content === undefined) return noMembers;
  if (content instanceof Uint16Array || content instanceof Int32Array) return content;
  throw new Error("members are asked of a piece that is no container");
}

function columnIn(content: PieceContent | undefined): Column {
  if (content === undefined) return noColumn;
  if (content instanceof Column) return content;
  throw new Error("a range is asked of a piece that is no column");
}

function dayColumn(content: PieceContent | undefined): DayColumn | undefined {
  if (content === undefined) return undefined;
  if ("amounts" in content) return content;
  throw new Error("a sum is asked of a piece that is no day column");
}
