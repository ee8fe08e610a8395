import type { EncodedFacts } from "../../facts/core/encoding";
import type { FactValue } from "../../facts/core/fact";
import { ageOn, tenureOn, type DerivedFacts } from "../../facts/core/member-facts";
import { bornOnFact, joinedOnFact, type FactKey } from "../../facts/core/stored-facts";
import type { LocalSituation, Named, RuleVocabulary } from "./index/vocabulary";
import type { Moment } from "./moment";

/** What is known of one member, as one statement reads it. */
export interface KnownMember {
  readonly encoded: EncodedFacts;
  /** Sums of history counters by their facts' names; one that is not here is 0. */
  readonly counters: ReadonlyMap<string, number>;
  /** Codes of the audiences that are lists of members and have this one. */
  readonly audiences: ReadonlySet<string>;
}

/** The persistent numbers, as far as this process has met them. */
export interface KnownNumbers {
  find(key: FactKey): number | undefined;
  keyOf(number: number): FactKey | undefined;
}

/** What becomes of one persistent number: places in the local situation, -1 for none. */
interface Places {
  key: Int32Array;
  /** Of the "known" number of a NUMBER or DATE. */
  value: Int32Array;
  since: Int32Array;
}

const spare = 64;
const unseen = -2;
const none = -1;
/** 1 for a place, 0 for none. */
const isPlace = (place: number): number => 1 + (place >> 31);

/**
 * Translates members in moments into the numbers of one vocabulary, by one array from persistent numbers to local ones:
 * of a member's 240 numbers most are named by no rule, and are left out here.
 */
export class SituationTranslator {
  readonly #vocabulary: RuleVocabulary;
  readonly #numbers: KnownNumbers;
  readonly #division: string;
  /** Their numbers, once they have some. */
  #bornOn: number | undefined;
  #joinedOn: number | undefined;
  #places: Places = { key: new Int32Array(0), value: new Int32Array(0), since: new Int32Array(0) };
  #read = 0;
  /** Slots of history counters, which always have a value. */
  #counters: { readonly fact: string; readonly slot: number }[] = [];
  /** Keys that say that something is known which is known of everybody. */
  #alwaysKnown: number[] = [];
  readonly #situation: LocalSituation & Scratch = {
    keys: new Int32Array(512),
    keyCount: 0,
    slots: new Int32Array(128),
    values: new Float64Array(128),
    slotCount: 0,
    division: 0,
  };

  /** `division`: the fact by which the index is divided. */
  constructor(vocabulary: RuleVocabulary, numbers: KnownNumbers, division = "context.scene") {
    this.#vocabulary = vocabulary;
    this.#numbers = numbers;
    this.#division = division;
  }

  /**
   * The member in the moment: a scratch object, good until the next call. Undefined where the member has numbers that
   * this process has not met; `unknownNumbers` says which are to be fetched first.
   */
  translate(member: KnownMember, moment: Moment): LocalSituation | undefined {
    this.#catchUp();
    const situation = this.#situation;
    situation.keyCount = 0;
    situation.slotCount = 0;
    if (!this.#addStored(member.encoded, moment)) return undefined;
    this.#addDerived(member, moment);
    for (const key of this.#alwaysKnown) addKey(situation, key);
    for (const { fact, slot } of this.#counters) addSlot(situation, slot, member.counters.get(fact) ?? 0);
    this.#addMoment(moment);
    for (const code of member.audiences) addKey(situation, this.#vocabulary.findAudienceKey(code));
    return situation;
  }

  unknownNumbers({ keys }: EncodedFacts): number[] {
    return [...keys].filter((number) => !this.#numbers.keyOf(number));
  }

  /** Reads what rules have named since the last time. */
  #catchUp(): void {
    const { named } = this.#vocabulary;
    for (; this.#read < named.length; this.#read += 1) this.#place(named[this.#read] as Named);
  }

  /** One that has no number yet is placed when a member brings the number. */
  #place(named: Named): void {
    if (named.kind === "AUDIENCE") return;
    const { fact } = named;
    if (fact.startsWith(historyPrefix)) {
      if (named.kind === "VALUE") this.#counters.push({ fact, slot: named.slot });
      if (named.kind === "KNOWN") this.#alwaysKnown.push(named.key);
      return;
    }
    const number = this.#numbers.find({ fact, choice: named.kind === "CHOICE" ? named.choice : null });
    if (number !== undefined) this.#learn(number);
  }

  #learn(number: number): boolean {
    const key = this.#numbers.keyOf(number);
    if (!key) return false;
    this.#makeRoom(number);
    const { fact, choice } = key;
    const vocabulary = this.#vocabulary;
    const { key: keys, value, since } = this.#places;
    keys[number] = (choice === null ? vocabulary.findKnownKey(fact) : vocabulary.findChoiceKey(fact, choice)) ?? none;
    value[number] = (choice === null ? vocabulary.findSlot(fact) : undefined) ?? none;
    since[number] = (choice === null ? vocabulary.findSinceSlot(fact) : undefined) ?? none;
    return true;
  }

  #makeRoom(number: number): void {
    const { length } = this.#places.key;
    if (number < length) return;
    const wider = (before: Int32Array) => {
      const after = new Int32Array(Math.max(1024, 2 * number)).fill(unseen);
      after.set(before);
      return after;
    };
    const { key, value, since } = this.#places;
    this.#places = { key: wider(key), value: wider(value), since: wider(since) };
  }

  /** False where a number is unknown here. */
  #addStored({ keys, slots, values }: EncodedFacts, { epochDay: today }: Moment): boolean {
    this.#reserve(keys.length, slots.length);
    const situation = this.#situation;
    const { keys: ownKeys, slots: ownSlots, values: ownValues } = situation;
    let places = this.#places.key;
    let keyCount = 0;
    for (let place = 0; place < keys.length; place += 1) {
      const number = keys[place] as number;
      let key = number < places.length ? (places[number] as number) : unseen;
      if (key === unseen) {
        if (!this.#learn(number)) return false;
        places = this.#places.key;
        key = places[number] as number;
      }
      // Which of them are named nobody foresees, and a branch that is foreseen wrongly costs more than the rest.
      ownKeys[keyCount] = key;
      keyCount += isPlace(key);
    }
    situation.keyCount = keyCount;
    // Every slot's number is among the keys, and learnt by now.
    const { value: valueSlots, since } = this.#places;
    let slotCount = 0;
    for (let place = 0; place < slots.length; place += 1) {
      const number = slots[place] as number;
      const value = values[place] as number;
      ownSlots[slotCount] = valueSlots[number] as number;
      ownValues[slotCount] = value;
      slotCount += isPlace(valueSlots[number] as number);
      ownSlots[slotCount] = since[number] as number;
      ownValues[slotCount] = today - value;
      slotCount += isPlace(since[number] as number);
    }
    situation.slotCount = slotCount;
    return true;
  }

  /** For what is stored; what comes beside it, of the moment and derived, is little. */
  #reserve(keys: number, slots: number): void {
    const situation = this.#situation;
    if (situation.keys.length < keys + spare) situation.keys = new Int32Array(2 * (keys + spare));
    if (situation.slots.length >= 2 * slots + spare) return;
    situation.slots = new Int32Array(2 * (2 * slots + spare));
    situation.values = new Float64Array(situation.slots.length);
  }

  #addDerived({ encoded }: KnownMember, { epochDay: today }: Moment): void {
    this.#bornOn ??= this.#numbers.find({ fact: bornOnFact, choice: null });
    this.#joinedOn ??= this.#numbers.find({ fact: joinedOnFact, choice: null });
    this.#addNumber("member.age", ageOn(today, valueOf(encoded, this.#bornOn)));
    this.#addNumber("member.tenure_days", tenureOn(today, valueOf(encoded, this.#joinedOn)));
  }

  /** Where it is known at all. */
  #addNumber(fact: keyof DerivedFacts, value: number): void {
    if (!Number.isNaN(value)) this.#addFact(fact, value);
  }

  #addMoment({ facts, epochDay: today, instant }: Moment): void {
    const division = facts.get(this.#division);
    this.#situation.division =
      typeof division === "string" ? (this.#vocabulary.findChoiceKey(this.#division, division) ?? 0) : 0;
    for (const [fact, value] of facts) {
      if (fact === "context.instant") this.#addFact(fact, instant.getTime());
      else if (fact === "context.date") {
        this.#addFact(fact, today);
        addSlot(this.#situation, this.#vocabulary.findSinceSlot(fact), 0);
      } else this.#addFact(fact, value);
    }
  }

  #addFact(fact: string, value: FactValue): void {
    const situation = this.#situation;
    addKey(situation, this.#vocabulary.findKnownKey(fact));
    if (typeof value === "number") addSlot(situation, this.#vocabulary.findSlot(fact), value);
    else if (typeof value === "string") addKey(situation, this.#vocabulary.findChoiceKey(fact, value));
  }
}

const historyPrefix = "history.";

interface Scratch {
  keys: Int32Array;
  slots: Int32Array;
  values: Float64Array;
}

function addKey(situation: LocalSituation & Scratch, key: number | undefined): void {
  if (key === undefined || key < 0) return;
  if (situation.keyCount === situation.keys.length) {
    const wider = new Int32Array(2 * situation.keys.length);
    wider.set(situation.keys);
    situation.keys = wider;
  }
  situation.keys[situation.keyCount++] = key;
}

function addSlot(situation: LocalSituation & Scratch, slot: number | undefined, value: number): void {
  if (slot === undefined || slot < 0) return;
  if (situation.slotCount === situation.slots.length) {
    const [slots, values] = [new Int32Array(2 * situation.slots.length), new Float64Array(2 * situation.slots.length)];
    slots.set(situation.slots);
    values.set(situation.values);
    situation.slots = slots;
    situation.values = values;
  }
  situation.slots[situation.slotCount] = slot;
  situation.values[situation.slotCount++] = value;
}

function valueOf({ slots, values }: EncodedFacts, number: number | undefined): number {
  const place = number === undefined ? -1 : slots.indexOf(number);
  return place < 0 ? NaN : (values[place] as number);
}
