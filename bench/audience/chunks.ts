import { pipeline } from "node:stream/promises";
import type { Sql } from "postgres";
import { columnOf } from "../../src/audiences/core/column";
import { containerOf, containerOfBits } from "../../src/audiences/core/container";
import { applyDayChanges } from "../../src/audiences/core/day-column";
import type { KeySource } from "../../src/audiences/core/key-source";
import {
  chunkSize,
  columnPiece,
  dayPiece,
  keyPiece,
  livePiece,
  pieceName,
  type Piece,
  type PieceContent,
} from "../../src/audiences/core/piece";
import { bytesInMemory, decodePiece, encodePiece } from "../../src/audiences/core/piece-encoding";
import { arrayLiteral } from "../../src/db/arrays";
import { randomOf, today, type GeneratedTag } from "../rules/generate";
import type { GeneratedColumn, GeneratedMembers } from "./columns";
import { choiceKey, choiceKeysOf, counterDays, counterKey, knownKey } from "./keys";

/** Chunks as they are stored in PostgreSQL, and in memory what was asked for once. */
export class BenchChunks implements KeySource {
  readonly #memory = new Map<number, Map<string, PieceContent | undefined>>();
  readonly #names = new WeakMap<readonly Piece[], readonly string[]>();
  /** Bytes of everything, would it all be in memory. */
  bytesOfAll = 0;
  pieceCount = 0;
  /** Of what was loaded from the database. */
  bytesLoaded = 0;

  constructor(private readonly sql: Sql) {}

  async fill(members: GeneratedMembers, tags: readonly GeneratedTag[]): Promise<void> {
    await this.sql.unsafe(
      `create table pieces (chunk int, kind text, key int, day int, body bytea, primary key (chunk, kind, key, day));
       alter table pieces alter column body set storage external`,
    );
    const rows = this.#rows(members, tags);
    await pipeline(rows, await this.sql`copy pieces from stdin (format binary)`.writable());
    await this.sql.unsafe("vacuum analyze pieces");
  }

  *#rows(members: GeneratedMembers, tags: readonly GeneratedTag[]) {
    yield Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
    for (const [chunk, piece, content] of piecesOf(members, tags)) {
      const body = encodePiece(content);
      if (!body) continue;
      this.bytesOfAll += bytesInMemory(content);
      this.pieceCount += 1;
      yield copyRow(chunk, piece, body);
    }
    yield Buffer.from([0xff, 0xff]);
  }

  async load(chunk: number, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]> {
    const memory = this.#memory.get(chunk) ?? new Map<string, PieceContent | undefined>();
    this.#memory.set(chunk, memory);
    const names = this.#namesOf(pieces);
    const missing = pieces.filter((_, place) => !memory.has(names[place]!));
    if (missing.length > 0) {
      const found = await this.read(chunk, missing);
      missing.forEach((piece, place) => memory.set(pieceName(piece), found[place]));
    }
    return names.map((name) => memory.get(name));
  }

  /** The same for all chunks of a plan. */
  #namesOf(pieces: readonly Piece[]): readonly string[] {
    const known = this.#names.get(pieces) ?? pieces.map(pieceName);
    this.#names.set(pieces, known);
    return known;
  }

  /** From the database. */
  async read(chunk: number, pieces: readonly Piece[]): Promise<(PieceContent | undefined)[]> {
    const rows = await this.sql<{ place: number; body: Buffer }[]>`
      select asked.place::int, body
      from unnest(${pieces.map(({ kind }) => kind)}::text[], ${pieces.map(({ key }) => key)}::int[],
        ${pieces.map(({ day }) => day)}::int[]) with ordinality as asked (kind, key, day, place)
      join pieces on chunk = ${chunk} and pieces.kind = asked.kind and pieces.key = asked.key and pieces.day = asked.day`;
    const contents: (PieceContent | undefined)[] = pieces.map(() => undefined);
    for (const { place, body } of rows) {
      if (body.length > 0) contents[place - 1] = decodePiece(pieces[place - 1]!, body);
      this.bytesLoaded += body.length;
    }
    return contents;
  }

  /** Into the database, and into memory where it is there. */
  async write(chunk: number, changed: readonly (readonly [Piece, PieceContent])[]): Promise<void> {
    const stored = changed.map(([piece, content]) => ({ piece, body: encodePiece(content) ?? Buffer.alloc(0) }));
    for (let first = 0; first < stored.length; first += 500) {
      const part = stored.slice(first, first + 500);
      await this.sql`
        insert into pieces
        select ${chunk}, * from unnest(${part.map(({ piece }) => piece.kind)}::text[],
          ${part.map(({ piece }) => piece.key)}::int[], ${part.map(({ piece }) => piece.day)}::int[],
          ${arrayLiteral(part.map(({ body }) => body))}::text::bytea[])
        on conflict (chunk, kind, key, day) do update set body = excluded.body`;
    }
    const memory = this.#memory.get(chunk);
    for (const [piece, content] of changed) {
      if (memory?.has(pieceName(piece))) memory.set(pieceName(piece), content);
    }
  }

  forget(): void {
    this.#memory.clear();
    this.bytesLoaded = 0;
  }

  get megabytesInMemory(): number {
    const contents = [...this.#memory.values()].flatMap((pieces) => [...pieces.values()]);
    return contents.reduce((sum, content) => sum + (content ? bytesInMemory(content) : 0), 0) / 1e6;
  }

  async megabytesStored(): Promise<number> {
    const [row] = await this.sql<{ bytes: string }[]>`select pg_total_relation_size('pieces') as bytes`;
    return Number(row!.bytes) / 1e6;
  }
}

/** More chunks than there are: copies of those of another source, each with memory of its own. */
export class SyntheticChunks implements KeySource {
  readonly #copies = new Map<string, PieceContent | undefined>();

  constructor(
    private readonly real: KeySource,
    /** Of full chunks: more chunks are copies of them in turn. */
    private readonly count: number,
  ) {}

  async load(chunk: number, pieces: readonly Piece[]): Promise<readonly (PieceContent | undefined)[]> {
    const names = pieces.map((piece) => `${chunk} ${pieceName(piece)}`);
    if (names.some((name) => !this.#copies.has(name))) {
      const contents = await this.real.load(chunk % this.count, pieces);
      names.forEach((name, place) => {
        const bytes = contents[place] && encodePiece(contents[place]);
        if (!this.#copies.has(name)) this.#copies.set(name, bytes && decodePiece(pieces[place]!, bytes));
      });
    }
    return names.map((name) => this.#copies.get(name));
  }
}

export const chunkCount = (members: number) => Math.ceil(members / chunkSize);

function* piecesOf(
  members: GeneratedMembers,
  tags: readonly GeneratedTag[],
): Generator<readonly [number, Piece, PieceContent]> {
  const next = new Map<number, number>();
  const random = randomOf(5);
  for (let chunk = 0; chunk < chunkCount(members.count); chunk += 1) {
    const end = Math.min((chunk + 1) * chunkSize, members.count);
    const words = members.live.subarray((chunk * chunkSize) / 32, Math.ceil(end / 32));
    const live = new Int32Array(chunkSize / 32);
    live.set(words);
    yield [chunk, livePiece, containerOfBits(live)];
    for (const tag of tags) {
      const column = members.columns.get(tag.id)!;
      const from = next.get(tag.id) ?? 0;
      let to = from;
      while (to < column.ids.length && column.ids[to]! < end) to += 1;
      next.set(tag.id, to);
      for (const [piece, content] of piecesOfTag(column, from, to)) yield [chunk, piece, content];
    }
    for (let day = today - counterDays + 1; day <= today; day += 1) {
      const amounts = new Map<number, number>();
      for (let position = 0; position < end - chunk * chunkSize; position += 1) {
        if (random() < 0.03) amounts.set(position, 1 + Math.floor(random() * 3));
      }
      yield [chunk, dayPiece(counterKey, day), applyDayChanges(undefined, amounts)];
    }
  }
}

function* piecesOfTag(
  { tag, ids, values }: GeneratedColumn,
  from: number,
  to: number,
): Generator<[Piece, PieceContent]> {
  const positions = Uint16Array.from(ids.subarray(from, to), (id) => id % chunkSize);
  yield [keyPiece(knownKey(tag)), containerOf(positions)];
  if (tag.type === "num" || tag.type === "date") {
    yield [columnPiece(knownKey(tag)), columnOf(positions, (values as Float64Array).subarray(from, to))];
    return;
  }
  if (tag.type === "bool") {
    yield [keyPiece(choiceKey(tag, 0)), containerOf(positions)];
    return;
  }
  const byKey = new Map<number, number[]>();
  positions.forEach((position, place) => {
    for (const key of choiceKeysOf(tag, values![from + place]!)) {
      const list = byKey.get(key);
      if (list) list.push(position);
      else byKey.set(key, [position]);
    }
  });
  for (const [key, list] of byKey) yield [keyPiece(key), containerOf(list)];
}

/** A row of COPY's binary format: how many fields, then each with its length before it. */
function copyRow(chunk: number, { kind, key, day }: Piece, body: Buffer): Buffer {
  const name = Buffer.from(kind);
  const row = Buffer.allocUnsafe(2 + 8 + 4 + name.length + 8 + 8 + 4);
  let at = row.writeInt16BE(5, 0);
  const int = (value: number) => {
    at = row.writeInt32BE(4, at);
    at = row.writeInt32BE(value, at);
  };
  int(chunk);
  at = row.writeInt32BE(name.length, at);
  at += name.copy(row, at);
  int(key);
  int(day);
  row.writeInt32BE(body.length, at);
  return Buffer.concat([row, body]);
}
