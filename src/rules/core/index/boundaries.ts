const mostInBlock = 512;
/** Behind every rule. */
const mostRule = Infinity;

/** Instants ascending, beside the rules whose windows open or close then. */
interface Block {
  readonly times: Float64Array;
  readonly rules: Int32Array;
  count: number;
}

/**
 * The instants at which rules begin or cease to be valid, in order, so that the clock finds those between two moments,
 * forwards and backwards alike. They stand in blocks of at most 512, so that adding or removing one moves no more.
 */
export class Boundaries {
  readonly #blocks: Block[] = [];

  add(time: number, rule: number): void {
    if (this.#blocks.length === 0) this.#blocks.push(emptyBlock());
    const index = Math.max(0, this.#blockBehind(time, rule) - 1);
    const block = this.#blocks[index]!;
    insert(block, placeIn(block, time, rule), time, rule);
    if (block.count === mostInBlock) this.#blocks.splice(index + 1, 0, splitOff(block));
  }

  remove(time: number, rule: number): void {
    const index = this.#blockBehind(time, rule) - 1;
    const block = this.#blocks[index];
    const at = block ? placeIn(block, time, rule) - 1 : -1;
    if (!block || block.times[at] !== time || block.rules[at] !== rule) {
      throw new Error(`Rule ${rule} has no boundary at ${time}`);
    }
    removeAt(block, at);
    if (block.count === 0) this.#blocks.splice(index, 1);
  }

  /** The rules with a boundary after one moment and up to a later one, that included; a rule may come twice. */
  between(after: number, upTo: number): number[] {
    const rules: number[] = [];
    for (let index = Math.max(0, this.#blockBehind(after, mostRule) - 1); index < this.#blocks.length; index += 1) {
      const block = this.#blocks[index]!;
      for (let at = placeIn(block, after, mostRule); at < block.count; at += 1) {
        if (block.times[at]! > upTo) return rules;
        rules.push(block.rules[at]!);
      }
    }
    return rules;
  }

  /** The last instant up to the moment and the first after it, infinite where there is none. */
  around(moment: number): { readonly before: number; readonly after: number } {
    const index = this.#blockBehind(moment, mostRule);
    const block = this.#blocks[index - 1];
    const at = block ? placeIn(block, moment, mostRule) : 0;
    const before = block ? block.times[at - 1]! : -Infinity;
    const isLast = !block || at === block.count;
    return { before, after: (isLast ? this.#blocks[index]?.times[0] : block.times[at]) ?? Infinity };
  }

  get bytes(): number {
    return this.#blocks.length * mostInBlock * 12;
  }

  /** The first block that begins behind the boundary. */
  #blockBehind(time: number, rule: number): number {
    let [from, to] = [0, this.#blocks.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBehind(this.#blocks[middle]!, 0, time, rule)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** Boundaries of one instant are in the order of their rules, so that one of thousands is found at once. */
function isBehind(block: Block, at: number, time: number, rule: number): boolean {
  return block.times[at]! > time || (block.times[at] === time && block.rules[at]! > rule);
}

/** The first place in the block that is behind the boundary. */
function placeIn(block: Block, time: number, rule: number): number {
  let [from, to] = [0, block.count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBehind(block, middle, time, rule)) to = middle;
    else from = middle + 1;
  }
  return from;
}

function emptyBlock(): Block {
  return { times: new Float64Array(mostInBlock), rules: new Int32Array(mostInBlock), count: 0 };
}

function insert(block: Block, at: number, time: number, rule: number): void {
  block.times.copyWithin(at + 1, at, block.count);
  block.rules.copyWithin(at + 1, at, block.count);
  block.times[at] = time;
  block.rules[at] = rule;
  block.count += 1;
}

function removeAt(block: Block, at: number): void {
  block.times.copyWithin(at, at + 1, block.count);
  block.rules.copyWithin(at, at + 1, block.count);
  block.count -= 1;
}

/** The later half, as a block of its own. */
function splitOff(block: Block): Block {
  const half = block.count >> 1;
  const later = emptyBlock();
  later.times.set(block.times.subarray(half, block.count));
  later.rules.set(block.rules.subarray(half, block.count));
  later.count = block.count - half;
  block.count = half;
  return later;
}
