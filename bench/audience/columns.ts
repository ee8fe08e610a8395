import { createHash } from "node:crypto";
import { calendarDateOf } from "../../src/kernel/calendar-date";
import { gauss, makeCatalogue, randomOf, today, type GeneratedTag, type Random } from "../rules/generate";

/**
 * Members by tag instead of by member, as the prototype generated them, call for call of its random numbers: who has the
 * tag, ascending, and what value. 1 of a boolean, the number of an enum's choice, a number, a day since 1970-01-01,
 * 30 bits for a set's choices.
 */
export interface GeneratedColumn {
  readonly tag: GeneratedTag;
  readonly ids: Uint32Array;
  /** Undefined of a boolean. */
  readonly values: ArrayLike<number> | undefined;
}

export interface GeneratedMembers {
  readonly count: number;
  /** By the tag's id. */
  readonly columns: ReadonlyMap<number, GeneratedColumn>;
  /** One bit a member: active with consent. */
  readonly live: Int32Array;
  /** How many tags all of them have. */
  readonly pairs: number;
}

export const todayText = calendarDateOf(today);
const perMember = 150;
const seed = 123;
const liveShare = 0.97;
/** What the prototype had not: days of birth and of joining, which age and tenure follow from. */
export const bornTag: GeneratedTag = { id: 5_010, name: "member.born_on", type: "date", pop: 0.95, span: 80 * 365 };
export const joinedTag: GeneratedTag = { id: 5_011, name: "member.joined_on", type: "date", pop: 1, span: 10 * 365 };

/** The tags that members have, by the prototype's seed. */
export function memberTags(): readonly GeneratedTag[] {
  return [...makeCatalogue(perMember, 1).filter((tag) => !tag.ctx), bornTag, joinedTag];
}

export function generateMembers(tags: readonly GeneratedTag[], count: number): GeneratedMembers {
  const columns = new Map(tags.map((tag) => [tag.id, generateColumn(tag, count)]));
  const live = new Int32Array(Math.ceil(count / 32));
  const random = randomOf(seed);
  for (let id = 0; id < count; id += 1) if (random() < liveShare) live[id >>> 5]! |= 1 << (id & 31);
  const pairs = [...columns.values()].reduce((sum, { ids }) => sum + ids.length, 0);
  return { count, columns, live, pairs };
}

function generateColumn(tag: GeneratedTag, count: number): GeneratedColumn {
  const random = randomOf(seed * 7919 + tag.id);
  const ids = idsWith(tag.pop, count, random);
  return { tag, ids, values: valuesOf(tag, ids.length, random) };
}

function idsWith(share: number, count: number, random: Random): Uint32Array {
  const most = Math.ceil(count * share + 6 * Math.sqrt(count * share) + 16);
  const ids = new Uint32Array(most);
  let found = 0;
  if (share > 0.3) {
    for (let id = 0; id < count; id += 1) if (random() < share) ids[found++] = id;
    return ids.slice(0, found);
  }
  // From one to the next by the length of the gap: most tags are rare.
  const scale = Math.log(1 - share);
  let id = Math.floor(Math.log(1 - random()) / scale);
  while (id < count && found < most) {
    ids[found++] = id;
    id += 1 + Math.floor(Math.log(1 - random()) / scale);
  }
  return ids.slice(0, found);
}

function valuesOf(tag: GeneratedTag, count: number, random: Random): ArrayLike<number> | undefined {
  if (tag.type === "bool") return undefined;
  if (tag.type === "enum") {
    const choice = choiceDrawer(tag.cum!, random);
    return Uint16Array.from({ length: count }, choice);
  }
  if (tag.type === "set") {
    const choice = choiceDrawer(tag.cum!, random);
    return Uint32Array.from({ length: count }, () => {
      let mask = 0;
      const drawn = 1 + Math.floor(random() * 6);
      for (let each = 0; each < drawn; each += 1) mask |= 1 << choice();
      return mask;
    });
  }
  const values = new Float64Array(count);
  for (let place = 0; place < count; place += 1) {
    if (tag.type === "date") values[place] = today - Math.floor(Math.pow(random(), 1.5) * tag.span!);
    else {
      const value = Math.exp(tag.mu! + tag.sd! * gauss(random));
      values[place] = value < 100 ? Math.round(value * 100) / 100 : Math.round(value);
    }
  }
  return values;
}

/** By a table of 4,096 steps, which is quick and exact enough. */
function choiceDrawer(cum: Float64Array, random: Random): () => number {
  const table = Uint8Array.from({ length: 4096 }, (_, step) => cum.findIndex((sum) => sum >= step / 4096));
  return () => table[Math.floor(random() * 4096)]!;
}

/** Digest of what the prototype generated for 2,000 members: a difference means that figures no longer compare. */
const expectedDigest = "529adf533bd44c047a0c722d46159978076f0783c43ff933448049f126ac11be";

export function digestOfColumns(): string {
  const hash = createHash("sha256");
  const tags = memberTags().filter((tag) => tag.id < 5_000);
  for (const { ids, values } of generateMembers(tags, 2_000).columns.values()) {
    hash.update(JSON.stringify([Array.from(ids), values ? Array.from(values) : null]));
  }
  return hash.digest("hex");
}

/** Throws where something else is generated. */
export function checkColumns(): void {
  const found = digestOfColumns();
  if (found !== expectedDigest) throw new Error(`The generator makes other members than the prototype: ${found}`);
}
