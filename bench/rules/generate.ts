/**
 * A catalogue of tags, members and rules, the same for the same seed. They are those of the prototype that the design was
 * measured with, call for call of its random numbers, so that figures compare; digests.ts holds what it generated.
 *
 * Members have their values as numbers: 1 of a boolean, the number of an enum's choice, a number, a day since
 * 1970-01-01, 30 bits for a set's choices.
 */
export type TagType = "bool" | "enum" | "num" | "date" | "set";

export interface GeneratedTag {
  readonly id: number;
  readonly name: string;
  readonly type: TagType;
  /** Share of the members who have it. */
  readonly pop: number;
  /** What is of the moment, and always there. */
  readonly ctx?: true;
  /** Choices, with the sums of their shares. */
  n?: number;
  cum?: Float64Array;
  /** Of a number: mean and deviation of its logarithm. */
  mu?: number;
  sd?: number;
  /** Of a day: how many days back it may lie. */
  span?: number;
  /** How many choices of a set a member has on average. */
  avg?: number;
}

export interface GeneratedMember {
  readonly ids: Int32Array;
  readonly vals: Float64Array;
}

/** Both ends of a range are included. */
export type GeneratedNode =
  | { readonly op: "and"; readonly args: readonly GeneratedNode[] }
  | { readonly op: "or"; readonly args: readonly GeneratedNode[] }
  | { readonly op: "not"; readonly arg: GeneratedNode }
  | { readonly op: "has"; readonly tag: number }
  | { readonly op: "in"; readonly tag: number; readonly values: readonly number[] }
  | { readonly op: "any"; readonly tag: number; readonly values: readonly number[] }
  | { readonly op: "range"; readonly tag: number; readonly lo: number | null; readonly hi: number | null };

export interface GeneratedRule {
  readonly id: number;
  readonly priority: number;
  readonly when: Extract<GeneratedNode, { op: "and" }>;
}

export interface RuleShape {
  /** How far what rules ask for is from what members have: 0 not at all. */
  readonly corr: number;
  /** How strongly rules prefer some tags. */
  readonly zipf: number;
  /** Shares of the rules that name a scene, and that are valid for some days only. */
  readonly sceneShare: number;
  readonly windowShare: number;
}

export const profiles = {
  /** Rules for moments, some for what few have, some for what many have; a third of them is valid today. */
  typical: { corr: 1, zipf: 0.7, sceneShare: 1, windowShare: 0.8 },
  /** Rules over the very tags that most members have, a third of them for any moment. */
  broad: { corr: 0, zipf: 0.9, sceneShare: 0.7, windowShare: 0.8 },
  /** As typical, but all valid always. */
  active: { corr: 1, zipf: 0.7, sceneShare: 1, windowShare: 0 },
} as const satisfies Readonly<Record<string, RuleShape>>;
export type Profile = keyof typeof profiles;

/** 2026-11-22 as days since 1970-01-01. */
export const today = 20_779;
const tagCount = 5_000;
const ctx = { scene: tagCount, channel: tagCount + 1, mcc: tagCount + 2, city: tagCount + 3, amount: tagCount + 4 };
export const sceneTag = ctx.scene;
export const nowTag = tagCount + 5;

export type Random = () => number;

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const gauss = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.283185307179586 * random());

function pickBy(cum: Float64Array, at: number): number {
  let [low, high] = [0, cum.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cum[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function zipfSums(count: number, exponent: number, offset = 1): Float64Array {
  const sums = new Float64Array(count);
  let total = 0;
  for (let place = 0; place < count; place += 1) sums[place] = total += 1 / Math.pow(place + offset, exponent);
  return sums.map((sum) => sum / total);
}

/** 5,000 tags, of which a member has so many, and six facts of the moment. */
export function makeCatalogue(perMember: number, seed: number): readonly GeneratedTag[] {
  const random = randomOf(seed);
  const factor = popularityFactor(perMember);
  const tags: GeneratedTag[] = [];
  for (let id = 0; id < tagCount; id += 1) {
    // The few that many have are attributes with values; the long tail is mostly labels.
    const isHead = id < 200;
    const type = typeOf(random(), isHead);
    const tag: GeneratedTag = { id, name: `tag_${id}`, type, pop: Math.min(0.95, factor / (id + 10)) };
    if (type === "enum") {
      tag.n = 2 + Math.floor(Math.pow(random(), 2) * 28);
      tag.cum = zipfSums(tag.n, 0.8);
    }
    if (type === "num") [tag.mu, tag.sd] = [Math.log(50 + 5000 * random()), 0.8 + 0.6 * random()];
    if (type === "date") tag.span = 365 * (1 + Math.floor(9 * random()));
    if (type === "set") [tag.n, tag.cum, tag.avg] = [30, zipfSums(30, 0.7), 3];
    tags.push(tag);
  }
  const fact = (name: string, type: TagType, rest: Partial<GeneratedTag>) =>
    tags.push({ id: tags.length, name, type, pop: 1, ctx: true, ...rest });
  fact("scene", "enum", { n: 40, cum: zipfSums(40, 0.7) });
  fact("channel", "enum", { n: 4, cum: zipfSums(4, 0.5) });
  fact("mcc", "enum", { n: 300, cum: zipfSums(300, 0.8) });
  fact("city", "enum", { n: 400, cum: zipfSums(400, 0.8) });
  fact("amount", "num", { mu: Math.log(200), sd: 1.1 });
  fact("now", "date", { span: 1 });
  return tags;
}

/** Popularity is factor / (rank + 10), at most 0.95, and adds up to what a member has. */
function popularityFactor(perMember: number): number {
  const sum = (factor: number) => {
    let total = 0;
    for (let id = 0; id < tagCount; id += 1) total += Math.min(0.95, factor / (id + 10));
    return total;
  };
  let [low, high] = [0, 1000];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (sum(middle) > perMember) high = middle;
    else low = middle;
  }
  return low;
}

function typeOf(at: number, isHead: boolean): TagType {
  const [bool, choice, number, date] = isHead ? [0.35, 0.6, 0.85, 0.95] : [0.72, 0.87, 0.96, 0.99];
  if (at < bool) return "bool";
  if (at < choice) return "enum";
  if (at < number) return "num";
  return at < date ? "date" : "set";
}

export function makeMembers(tags: readonly GeneratedTag[], count: number, seed: number): GeneratedMember[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    const [ids, vals]: [number[], number[]] = [[], []];
    for (const tag of tags) {
      if (!tag.ctx && random() >= tag.pop) continue;
      ids.push(tag.id);
      vals.push(valueOf(tag, random));
    }
    return { ids: Int32Array.from(ids), vals: Float64Array.from(vals) };
  });
}

function valueOf(tag: GeneratedTag, random: Random): number {
  if (tag.type === "bool") return 1;
  if (tag.type === "enum") return pickBy(tag.cum!, random());
  if (tag.type === "date") return tag.id === nowTag ? today : today - Math.floor(Math.pow(random(), 1.5) * tag.span!);
  if (tag.type === "num") {
    const value = Math.exp(tag.mu! + tag.sd! * gauss(random));
    return value < 100 ? Math.round(value * 100) / 100 : Math.round(value);
  }
  let mask = 0;
  const count = 1 + Math.floor(random() * 2 * tag.avg!);
  for (let each = 0; each < count; each += 1) mask |= 1 << pickBy(tag.cum!, random());
  return mask >>> 0;
}

export function makeRules(
  tags: readonly GeneratedTag[],
  count: number,
  seed: number,
  shape: RuleShape,
): GeneratedRule[] {
  return [...eachRule(tags, count, seed, shape)];
}

/** The same, one after the other: a million of them would take a gigabyte. */
export function* eachRule(
  tags: readonly GeneratedTag[],
  count: number,
  seed: number,
  shape: RuleShape,
): Generator<GeneratedRule> {
  const random = randomOf(seed);
  const order = tags
    .filter((tag) => !tag.ctx)
    .map((tag) => [Math.log(tag.id + 1) + shape.corr * gauss(random), tag] as const)
    .sort(([one], [other]) => one - other)
    .map(([, tag]) => tag);
  const sums = zipfSums(order.length, shape.zipf, 5);
  const draw = () => order[pickBy(sums, random())]!;
  for (let id = 0; id < count; id += 1) {
    const args = partsOfRule(tags, random, draw, shape);
    yield { id, priority: Math.floor(random() * 1000), when: { op: "and", args } };
  }
}

/** Two to eight conditions, the scene among them and the window beside them; a fifth has a group. */
function partsOfRule(
  tags: readonly GeneratedTag[],
  random: Random,
  draw: () => GeneratedTag,
  shape: RuleShape,
): GeneratedNode[] {
  const of = (id: number) => leafOf(tags[id]!, random);
  let wanted = 2 + Math.floor(random() * 7);
  const used = new Set<number>();
  const parts: GeneratedNode[] = [];
  if (random() < shape.sceneShare) {
    const scene = tags[ctx.scene]!;
    const isOne = random() < 0.85;
    parts.push(isOne ? { op: "in", tag: scene.id, values: [pickBy(scene.cum!, random())] } : leafOf(scene, random));
  }
  if (random() < shape.windowShare) {
    const lo = today - 120 + Math.floor(random() * 150);
    parts.push({ op: "range", tag: nowTag, lo, hi: lo + 14 + Math.floor(random() * 90) });
    wanted += 1;
  }
  if (random() < 0.12) parts.push(of(ctx.amount));
  if (random() < 0.08) parts.push(of(ctx.city));
  if (random() < 0.06) parts.push(of(ctx.mcc));
  if (random() < 0.1) parts.push(of(ctx.channel));
  const next = () => {
    let tag = draw();
    while (used.has(tag.id)) tag = draw();
    used.add(tag.id);
    return leafOf(tag, random);
  };
  const hasGroup = random() < 0.2;
  for (let isFirst = true; parts.length < wanted || isFirst; isFirst = false) {
    if (isFirst && hasGroup) parts.push(groupOf(random, next));
    else {
      const leaf = next();
      parts.push(random() < 0.1 ? { op: "not", arg: leaf } : leaf);
    }
  }
  return parts;
}

function groupOf(random: Random, next: () => GeneratedNode): GeneratedNode {
  const args = Array.from({ length: 2 + Math.floor(random() * 2) }, (): GeneratedNode =>
    random() < 0.25 ? { op: "and", args: [next(), next()] } : next(),
  );
  if (random() < 0.7) return { op: "or", args };
  return { op: "not", arg: { op: random() < 0.5 ? "and" : "or", args } };
}

function leafOf(tag: GeneratedTag, random: Random): GeneratedNode {
  const { id } = tag;
  const range = (lo: number | null, hi: number | null): GeneratedNode => ({ op: "range", tag: id, lo, hi });
  switch (tag.type) {
    case "bool":
      return { op: "has", tag: id };
    case "enum": {
      const wanted = random() < 0.6 ? 1 : 2 + Math.floor(random() * 3);
      const values = new Set<number>();
      while (values.size < Math.min(wanted, tag.n! - 1)) values.add(pickBy(tag.cum!, random()));
      return { op: "in", tag: id, values: ascending(values) };
    }
    case "num": {
      const kind = random();
      const end = twoDigits(Math.exp(tag.mu! + tag.sd! * (-1 + 2.5 * random())));
      if (kind < 0.55) return range(end, null);
      return kind < 0.75 ? range(null, end) : range(end, twoDigits(end * (1.5 + 3 * random())));
    }
    case "date": {
      const day = today - Math.floor(random() * tag.span!);
      const kind = random();
      if (kind < 0.5) return range(day, null);
      return kind < 0.8 ? range(null, day) : range(day, day + 30 + Math.floor(random() * 180));
    }
    case "set": {
      const values = new Set<number>();
      const wanted = 1 + Math.floor(random() * 3);
      while (values.size < wanted) values.add(Math.floor(random() * tag.n!));
      return { op: "any", tag: id, values: ascending(values) };
    }
  }
}

const ascending = (values: Set<number>) => [...values].sort((a, b) => a - b);

function twoDigits(value: number): number {
  if (value === 0) return 0;
  const unit = Math.pow(10, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}
