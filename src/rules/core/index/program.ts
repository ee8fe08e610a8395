import { shareOf, type Condition, type KeyTest, type RangeTest } from "./condition";

/**
 * What is left to check of a rule, as words in a pool:
 *
 *     end │ test operand jump │ test operand jump │ … │ (pad) │ low high │ low high │ …
 *      0    1                   4                  end           doubles, two words each, on even places
 *
 * A test of 0 or more is the number of a word of the member's keys, and is met where that has a bit of the operand in
 * common. One below 0 is a slot (`~test`), met where its number lies from low to high, which stand at the operand.
 *
 * `jump` is a target and, in its lowest bit, when it is taken: 1 where the test is met, 0 where it is not. Otherwise the
 * next test follows, and after the last one the rule holds. So every condition takes three words and short-circuits:
 * of `a and (b or c)` it is `a, else fail · b, then accept · c, else fail`.
 */
export interface Program {
  readonly words: readonly number[];
  /** Pairs of low and high, which stand behind the words. */
  readonly numbers: readonly number[];
}

/** Targets that are no places within the program. */
export const rejected = 0;
export const accepted = -1;

export function wordsOf({ words, numbers }: Program): number {
  return evenAbove(words.length) + 2 * numbers.length;
}

/** A place in the code that is jumped to before it is known where it is. */
interface Label {
  at: number;
}

/** Undefined where nothing is left to check. */
export function compileProgram(parts: readonly Condition[]): Program | undefined {
  if (parts.length === 0) return undefined;
  const writer = new ProgramWriter();
  const accept = { at: accepted };
  writer.write({ kind: "ALL", parts }, accept, { at: rejected }, accept);
  return writer.finish();
}

class ProgramWriter {
  readonly #words: number[] = [0];
  readonly #numbers: number[] = [];
  /** Places of jumps with the label that each goes to. */
  readonly #jumps: (readonly [at: number, label: Label])[] = [];
  readonly #ranges: number[] = [];

  /** `next` is what follows the code: always one of the other two, so that no test needs two jumps. */
  write(condition: Condition, met: Label, missed: Label, next: Label): void {
    if (condition.kind === "KEYS") return this.#keys(condition, met, missed, next);
    if (condition.kind === "RANGE") return this.#range(condition, met, missed, next);
    const isAll = condition.kind === "ALL";
    // What decides most often comes first.
    const ordered = inOrderOfShares(condition.parts, isAll);
    for (let place = 0; place < ordered.length; place += 1) {
      const part = ordered[place]!;
      if (place === ordered.length - 1) return this.write(part, met, missed, next);
      const following = { at: rejected };
      if (isAll) this.write(part, following, missed, following);
      else this.write(part, met, following, following);
      following.at = this.#words.length;
    }
  }

  /** One test for each word of the situation in which there are some of the keys. */
  #keys({ keys, holds }: KeyTest, met: Label, missed: Label, next: Label): void {
    const [some, none] = holds ? [met, missed] : [missed, met];
    if (keys.length === 1) return this.#test(keys[0]! >>> 5, 1 << keys[0]!, some, none, next);
    const masks = new Map<number, number>();
    for (const key of keys) masks.set(key >>> 5, (masks.get(key >>> 5) ?? 0) | (1 << key));
    const tests = [...masks];
    tests.forEach(([word, mask], place) => {
      const isLast = place === tests.length - 1;
      this.#test(word, mask, some, isLast ? none : next, isLast ? next : undefined);
    });
  }

  #range({ slot, low, high, holds }: RangeTest, met: Label, missed: Label, next: Label): void {
    const [within, outside] = holds ? [met, missed] : [missed, met];
    this.#ranges.push(this.#words.length + 1);
    this.#test(~slot, this.#numbers.length, within, outside, next);
    this.#numbers.push(low, high);
  }

  /** Falls through to the next test on a miss where no `next` is given. */
  #test(test: number, operand: number, met: Label, missed: Label, next: Label | undefined): void {
    const whenMet = met !== next;
    this.#jumps.push([this.#words.length + 2, whenMet ? met : missed]);
    this.#words.push(test, operand, whenMet ? 1 : 0);
  }

  finish(): Program {
    const words = this.#words;
    for (const [at, label] of this.#jumps) words[at]! |= label.at << 1;
    for (const at of this.#ranges) words[at] = evenAbove(words.length) + 2 * words[at]!;
    words[0] = words.length;
    return { words, numbers: this.#numbers };
  }
}

/** Equal ones in the order in which they came. Rules have few parts, and sorting makes more garbage than this. */
function inOrderOfShares(parts: readonly Condition[], rising: boolean): readonly Condition[] {
  const ordered: Condition[] = [];
  const shares: number[] = [];
  for (const part of parts) {
    const share = rising ? shareOf(part) : -shareOf(part);
    let place = ordered.length;
    for (; place > 0 && shares[place - 1]! > share; place -= 1) {
      ordered[place] = ordered[place - 1]!;
      shares[place] = shares[place - 1]!;
    }
    ordered[place] = part;
    shares[place] = share;
  }
  return ordered;
}

const evenAbove = (count: number): number => count + (count & 1);
