import { collectPositions, countBits, countCommon, hasBit, keepCommon, positionOfRank, type Bitset } from "./bitset";

/** Where a member stands: in which chunk, and at which position of it. */
export interface MemberPlace {
  readonly chunk: number;
  readonly position: number;
}

export interface ChunkMembers {
  readonly chunk: number;
  readonly members: Bitset;
}

/** Who is in an audience, 8 KB a chunk: 125 KB for a million members. What is asked of it needs no evaluation again. */
export class AudienceMembers {
  readonly count: number;
  readonly #chunks: readonly (ChunkMembers & { readonly count: number })[];

  /** Takes the chunks in ascending order. */
  constructor(chunks: readonly ChunkMembers[]) {
    this.#chunks = chunks.map((each) => ({ ...each, count: countBits(each.members) }));
    this.count = this.#chunks.reduce((sum, each) => sum + each.count, 0);
  }

  /** In ascending order; those without members, too. */
  get chunks(): readonly ChunkMembers[] {
    return this.#chunks;
  }

  /** Who is in both. */
  common(other: AudienceMembers): AudienceMembers {
    const others = new Map(other.#chunks.map((each) => [each.chunk, each.members]));
    return new AudienceMembers(
      this.#chunks.flatMap(({ chunk, members }) => {
        const theirs = others.get(chunk);
        if (!theirs) return [];
        const both = members.slice();
        keepCommon(both, theirs);
        return [{ chunk, members: both }];
      }),
    );
  }

  includes({ chunk, position }: MemberPlace): boolean {
    const found = this.#chunks.find((each) => each.chunk === chunk);
    return found !== undefined && hasBit(found.members, position);
  }

  /** How many are in both. */
  countCommon(other: AudienceMembers): number {
    const others = new Map(other.#chunks.map((each) => [each.chunk, each.members]));
    return this.#chunks.reduce((sum, { chunk, members }) => {
      const theirs = others.get(chunk);
      return theirs ? sum + countCommon(members, theirs) : sum;
    }, 0);
  }

  /** The next members after this one, or the first of all, in the order of their places. */
  after(place: MemberPlace | null, first: number): MemberPlace[] {
    const found: MemberPlace[] = [];
    for (const { chunk, members } of this.#chunks) {
      if (found.length >= first) break;
      if (place && chunk < place.chunk) continue;
      const from = place?.chunk === chunk ? place.position + 1 : 0;
      const positions: number[] = [];
      collectPositions(members, positions, from, first - found.length);
      for (const position of positions) found.push({ chunk, position });
    }
    return found;
  }

  /** So many members at random, or all; the same for the same seed and members, in the order of their places. */
  sample(size: number, seed: number): MemberPlace[] {
    const ranks = randomRanks(Math.min(size, this.count), this.count, seed);
    const found: MemberPlace[] = [];
    let before = 0;
    let next = 0;
    for (const { chunk, members, count } of this.#chunks) {
      for (; next < ranks.length && ranks[next]! < before + count; next += 1) {
        found.push({ chunk, position: positionOfRank(members, ranks[next]! - before) });
      }
      before += count;
    }
    return found;
  }
}

/** So many different whole numbers below `below`, ascending, each choice as likely as any other (Floyd's algorithm). */
function randomRanks(size: number, below: number, seed: number): number[] {
  const random = seeded(seed);
  const ranks = new Set<number>();
  for (let last = below - size; last < below; last += 1) {
    const rank = Math.floor(random() * (last + 1));
    ranks.add(ranks.has(rank) ? last : rank);
  }
  return [...ranks].sort((one, other) => one - other);
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
