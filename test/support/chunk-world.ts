import fc from "fast-check";
import { decodePiece, encodePiece } from "../../src/audiences/core/piece-encoding";
import type { AudienceFact, AudienceFacts } from "../../src/audiences/core/audience-facts";
import { changesOf } from "../../src/audiences/core/chunk-changes";
import { applyDayChanges, type DayColumn } from "../../src/audiences/core/day-column";
import type { KeySource } from "../../src/audiences/core/key-source";
import { dayPiece, listPiece, pieceName, type Piece, type PieceContent } from "../../src/audiences/core/piece";
import { applyChanges, type Container } from "../../src/audiences/core/container";
import { momentFacts } from "../../src/facts/core/context-facts";
import type { EncodedFacts } from "../../src/facts/core/encoding";
import type { FactValue } from "../../src/facts/core/fact";
import { bornOnFact, encodedFacts, joinedOnFact, type StoredFact } from "../../src/facts/core/stored-facts";
import { epochDay } from "../../src/kernel/calendar-date";
import type { Situation } from "../../src/rules/core/evaluate";
import {
  anyMember,
  sampleAudiences,
  sampleFacts,
  situationOf,
  type RandomMember,
  type RandomMoment,
} from "./random-rules";

/** Chunks in memory, with random members: the same members as the reference evaluator sees them. */

/** A member, and what stands in chunks beside its facts. */
export interface ChunkMember {
  readonly member: RandomMember;
  readonly isLive: boolean;
  readonly history: readonly Counted[];
}

interface Counted {
  readonly counter: string;
  /** Before the moments' first day. */
  readonly daysAgo: number;
  readonly amount: number;
}

/** A member that comes to a position, changes there or goes. */
export interface PlacedChange {
  readonly position: number;
  readonly before: ChunkMember | null;
  readonly after: ChunkMember | null;
}

const counters: Readonly<Record<string, number>> = { "history.purchases_90d": 90, "history.spend_30d": 30 };

/** What a rule may ask of an audience. */
export const audienceFacts = sampleFacts.filter(({ source }) => source !== "CONTEXT");
const storedFacts = audienceFacts.filter(({ source }) => source !== "HISTORY");

export const anyChunkMember: fc.Arbitrary<ChunkMember> = fc.record({
  member: anyMember(storedFacts),
  isLive: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  history: fc.uniqueArray(
    fc.record({
      counter: fc.constantFrom(...Object.keys(counters)),
      // Both sides of the periods' first days, and days to come.
      daysAgo: fc.oneof(fc.integer({ min: -5, max: 35 }), fc.integer({ min: 84, max: 95 })),
      amount: fc.constantFrom(1, 2, 3, 5, 17, 50_000, 100_000, 4_000_000_000),
    }),
    { maxLength: 5, selector: ({ counter, daysAgo }) => `${counter} ${daysAgo}` },
  ),
});

const lastDay = epochDay("2024-02-28");

/** Numbers for all that can be true, in the order in which it is first named. */
export class KeyNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #facts = new Map(sampleFacts.map((fact) => [fact.name, fact]));
  readonly live = this.number("live");

  number(fact: string, choice: string | null = null): number {
    const name = JSON.stringify([fact, choice]);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  encode({ member, isLive }: ChunkMember): EncodedFacts {
    const { joinedOn, bornOn } = member;
    const values: [string, FactValue | undefined][] = [
      ...Object.entries(member.facts),
      [joinedOnFact, joinedOn],
      [bornOnFact, bornOn],
      ["live", isLive || undefined],
    ];
    const stored = values.flatMap(([fact, value]) =>
      value === undefined ? [] : { fact, type: this.#typeOf(fact), value },
    );
    return encodedFacts(stored, ({ fact, choice }) => this.number(fact, choice));
  }

  #typeOf(fact: string): StoredFact["type"] {
    if (fact === "live") return "BOOLEAN";
    const type = this.#facts.get(fact)?.type ?? "DATE";
    if (type === "INSTANT") throw new Error("no member has an instant");
    return type;
  }

  /** As the room tells a plan, on a day. */
  factsOn(today: string): AudienceFacts {
    return { factOf: (name) => this.#factOf(name, epochDay(today)), listOf: (code) => this.number("list", code) };
  }

  #factOf(name: string, today: number): AudienceFact | undefined {
    const fact = this.#facts.get(name);
    if (!fact) return undefined;
    if (fact.source === "CONTEXT") return { kind: "CONTEXT" };
    if (name === "member.age") return { kind: "AGE", key: this.number(bornOnFact) };
    if (name === "member.tenure_days") return { kind: "TENURE", key: this.number(joinedOnFact) };
    const key = this.number(name);
    const period = counters[name];
    if (period !== undefined) return { kind: "HISTORY", key, firstDay: today - period + 1, lastDay: today };
    const type = this.#typeOf(name);
    if (type === "NUMBER" || type === "DATE") return { kind: "COLUMN", type, key };
    return { kind: "KEYS", type, knownKey: key, choiceKey: (choice) => this.number(name, choice) };
  }
}

/** Chunks as they are stored: bytes by piece. Whatever is loaded was encoded and decoded. */
export class StoredChunks implements KeySource {
  readonly #bytes = new Map<string, Buffer>();

  constructor(private readonly numbers: KeyNumbers) {}

  async load(chunk: number, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]> {
    return pieces.map((piece) => this.#read(chunk, piece));
  }

  /** Members by position; a null one goes away. */
  refresh(chunk: number, changes: readonly PlacedChange[]): void {
    const encoded = (member: ChunkMember | null) => member && this.numbers.encode(member);
    const changed = changesOf(
      changes.map(({ position, before, after }) => ({ position, before: encoded(before), after: encoded(after) })),
      [this.numbers.live],
    );
    for (const piece of changed.pieces) {
      this.#write(chunk, piece, changed.apply(piece, this.#read(chunk, piece)));
    }
    this.#refreshDays(chunk, changes);
    for (const code of sampleAudiences) {
      const piece = listPiece(this.numbers.number("list", code));
      const [joining, leaving]: [number[], number[]] = [[], []];
      for (const { position, after } of changes) {
        (after?.member.audiences.includes(code) ? joining : leaving).push(position);
      }
      this.#write(chunk, piece, applyChanges(this.#read(chunk, piece) as Container | undefined, joining, leaving));
    }
  }

  /** Everything that is stored, to compare two of them. */
  stored(): Record<string, string> {
    return Object.fromEntries([...this.#bytes].sort().map(([name, bytes]) => [name, bytes.toString("base64")]));
  }

  #refreshDays(chunk: number, changes: readonly PlacedChange[]): void {
    const days = new Map<string, { readonly piece: Piece; readonly amounts: Map<number, number> }>();
    const count = ({ counter, daysAgo }: Counted, position: number, amount: number) => {
      const piece = dayPiece(this.numbers.number(counter), lastDay - daysAgo);
      const day = days.get(pieceName(piece)) ?? { piece, amounts: new Map<number, number>() };
      days.set(pieceName(piece), day);
      day.amounts.set(position, amount);
    };
    for (const { position, before, after } of changes) {
      for (const counted of before?.history ?? []) count(counted, position, 0);
      for (const counted of after?.history ?? []) count(counted, position, counted.amount);
    }
    for (const { piece, amounts } of days.values()) {
      this.#write(chunk, piece, applyDayChanges(this.#read(chunk, piece) as DayColumn | undefined, amounts));
    }
  }

  #read(chunk: number, piece: Piece): PieceContent | undefined {
    const bytes = this.#bytes.get(`${chunk} ${pieceName(piece)}`);
    return bytes && decodePiece(piece, bytes);
  }

  #write(chunk: number, piece: Piece, content: PieceContent): void {
    const bytes = encodePiece(content);
    const name = `${chunk} ${pieceName(piece)}`;
    if (bytes) this.#bytes.set(name, bytes);
    else this.#bytes.delete(name);
  }
}

export function todayOf({ instant, timeZone }: RandomMoment): string {
  return momentFacts(instant, timeZone)["context.date"];
}

/** What the reference evaluator asks. */
export function chunkSituation({ member, history }: ChunkMember, moment: RandomMoment): Situation {
  const situation = situationOf(member, moment);
  const today = epochDay(situation.today);
  const sums = new Map<string, number>();
  for (const [counter, period] of Object.entries(counters)) {
    const within = history.filter(({ counter: name, daysAgo }) => {
      const day = lastDay - daysAgo;
      return name === counter && day > today - period && day <= today;
    });
    sums.set(
      counter,
      within.reduce((sum, { amount }) => sum + amount, 0),
    );
  }
  return { ...situation, valueOf: (fact) => sums.get(fact) ?? situation.valueOf(fact) };
}
