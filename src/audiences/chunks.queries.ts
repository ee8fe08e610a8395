import { asc, eq, sql } from "drizzle-orm";
import { arrayLiteral, textArray, uuidArray } from "../db/arrays";
import type { Queryable, Tx } from "../db/client";
import { audienceChunks, audienceMembers, audiencePieces, audiencePlaces } from "./audiences.tables";
import type { MemberPlace } from "./core/audience-members";
import { chunkSize, type Piece, type PieceKind } from "./core/piece";

export type ChunkHead = typeof audienceChunks.$inferSelect;

export type ChunkVersion = Pick<ChunkHead, "chunk" | "version" | "rebuiltVersion">;

/** A piece as it is stored; the body is empty where nobody is in it any longer. */
export interface StoredPiece {
  readonly kind: PieceKind;
  readonly key: number;
  readonly body: Buffer;
}

export interface NumberedMember {
  readonly position: number;
  readonly memberId: string;
  /** What the chunk holds of the member; empty where that is nothing yet. */
  readonly encoding: Buffer;
}

export function chunkHeads(db: Queryable): Promise<ChunkHead[]> {
  return db.select().from(audienceChunks).orderBy(asc(audienceChunks.chunk));
}

/** Locks a chunk until the transaction ends; undefined where there is none. */
export async function lockChunk(tx: Tx, chunk: number): Promise<ChunkHead | undefined> {
  const [head] = await tx.select().from(audienceChunks).where(eq(audienceChunks.chunk, chunk)).for("update");
  return head;
}

/** Which chunk each of the members is in; those without a place are not in the answer. */
export async function placesOf(db: Queryable, memberIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select()
    .from(audiencePlaces)
    .where(sql`${audiencePlaces.memberId} = any(${uuidArray(memberIds)})`);
  return new Map(rows.map(({ memberId, chunk }) => [memberId, chunk]));
}

/**
 * Takes up to `wanted` free places of the last chunk, or of a new one where that is full; the chunk stays locked until
 * the transaction ends. Two servers that make the same chunk at once meet at its row.
 */
export async function takePlaces(tx: Tx, wanted: number, now: Date): Promise<{ chunk: number; places: number }> {
  const [last] = await tx
    .select({ chunk: audienceChunks.chunk })
    .from(audienceChunks)
    .orderBy(sql`${audienceChunks.chunk} desc`)
    .limit(1);
  for (let chunk = last?.chunk ?? 0; ; chunk += 1) {
    await tx
      .insert(audienceChunks)
      .values({ chunk, placed: 0, numbered: 0, version: 1, rebuiltVersion: 1, refreshedAt: now })
      .onConflictDoNothing();
    const head = await lockChunk(tx, chunk);
    const places = Math.min(wanted, chunkSize - (head?.placed ?? chunkSize));
    if (places === 0) continue;
    await tx
      .update(audienceChunks)
      .set({ placed: sql`${audienceChunks.placed} + ${places}` })
      .where(eq(audienceChunks.chunk, chunk));
    return { chunk, places };
  }
}

/** Another server may have placed some of them meanwhile: they stay where they are. */
export async function insertPlaces(tx: Tx, memberIds: readonly string[], chunk: number): Promise<void> {
  await tx.execute(sql`
    insert into ${audiencePlaces} (member_id, chunk)
    select member_id, ${chunk}::int from unnest(${uuidArray(memberIds)}) as placed (member_id) order by member_id
    on conflict (member_id) do nothing`);
}

/** Of these members, or all; in the order of their positions. */
export async function numberedMembers(
  db: Queryable,
  chunk: number,
  memberIds?: readonly string[],
): Promise<NumberedMember[]> {
  const these = memberIds ? sql` and ${audienceMembers.memberId} = any(${uuidArray(memberIds)})` : sql``;
  return db
    .select({
      position: audienceMembers.position,
      memberId: audienceMembers.memberId,
      encoding: audienceMembers.encoding,
    })
    .from(audienceMembers)
    .where(sql`${audienceMembers.chunk} = ${chunk}${these}`)
    .orderBy(asc(audienceMembers.position));
}

/** Who stands at each position of a chunk, from 0 on. */
export async function memberIdsOfChunk(db: Queryable, chunk: number): Promise<string[]> {
  const rows = await db
    .select({ memberId: audienceMembers.memberId })
    .from(audienceMembers)
    .where(eq(audienceMembers.chunk, chunk))
    .orderBy(asc(audienceMembers.position));
  return rows.map((row) => row.memberId);
}

/** Numbers new members of a locked chunk from `first` on. */
export async function insertMembers(tx: Tx, chunk: number, first: number, memberIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    insert into ${audienceMembers} (chunk, position, member_id, encoding)
    select ${chunk}::int, ${first}::int + (place - 1)::int, member_id, ''::bytea
    from unnest(${uuidArray(memberIds)}) with ordinality as added (member_id, place)`);
}

/** Writes what the chunk holds of these members from now on. */
export async function updateMembers(
  tx: Tx,
  chunk: number,
  changed: readonly { readonly position: number; readonly encoding: Buffer }[],
): Promise<void> {
  await tx.execute(sql`
    update ${audienceMembers} as m set encoding = t.encoding
    from unnest(${arrayLiteral(changed.map((each) => each.position))}::int4[],
      ${arrayLiteral(changed.map((each) => each.encoding))}::bytea[]) as t (position, encoding)
    where m.chunk = ${chunk} and m.position = t.position`);
}

/** Pieces of a chunk, and of which version they are; undefined where there is no such chunk. */
export async function storedPieces(
  db: Queryable,
  chunk: number,
  pieces: readonly Piece[],
): Promise<{ head: ChunkVersion; pieces: StoredPiece[] } | undefined> {
  const kinds = textArray(pieces.map((piece) => piece.kind));
  const keys = arrayLiteral(pieces.map((piece) => piece.key));
  // One statement, so that the version is the one that all of these pieces are of.
  const rows = await db.execute<PieceRow>(sql`
    select c.version::text, c.rebuilt_version::text, p.kind, p.key, p.body
    from ${audienceChunks} c
    left join (
      select p.chunk, p.kind, p.key, p.body
      from unnest(${kinds}, ${keys}::int4[]) as w (kind, key)
      join ${audiencePieces} p on p.chunk = ${chunk} and p.kind = w.kind and p.key = w.key
    ) as p on p.chunk = c.chunk
    where c.chunk = ${chunk}`);
  const found = rows.flatMap(({ kind, key, body }) =>
    kind === null || key === null || body === null ? [] : [{ kind, key, body }],
  );
  const [first] = rows;
  if (!first) return undefined;
  const head = { chunk, version: Number(first.version), rebuiltVersion: Number(first.rebuilt_version) };
  return { head, pieces: found };
}

interface PieceRow {
  readonly version: string;
  readonly rebuilt_version: string;
  readonly kind: PieceKind | null;
  readonly key: number | null;
  readonly body: Buffer | null;
  [column: string]: unknown;
}

/** Which pieces were written after this version. */
export function piecesSince(
  db: Queryable,
  chunk: number,
  version: number,
): Promise<{ kind: PieceKind; key: number }[]> {
  return db
    .select({ kind: audiencePieces.kind, key: audiencePieces.key })
    .from(audiencePieces)
    .where(sql`${audiencePieces.chunk} = ${chunk} and ${audiencePieces.version} > ${version}`);
}

export async function writePieces(
  tx: Tx,
  chunk: number,
  version: number,
  pieces: readonly StoredPiece[],
): Promise<void> {
  await tx.execute(sql`
    insert into ${audiencePieces} (chunk, kind, key, version, body)
    select ${chunk}::int, kind, key, ${version}::int8, body
    from unnest(${textArray(pieces.map((piece) => piece.kind))},
      ${arrayLiteral(pieces.map((piece) => piece.key))}::int4[],
      ${arrayLiteral(pieces.map((piece) => piece.body))}::bytea[]) as t (kind, key, body)
    order by kind, key
    on conflict (chunk, kind, key) do update set version = excluded.version, body = excluded.body`);
}

export async function deletePieces(tx: Tx, chunk: number): Promise<void> {
  await tx.delete(audiencePieces).where(eq(audiencePieces.chunk, chunk));
}

export async function updateChunk(
  tx: Tx,
  { chunk, ...changed }: Pick<ChunkHead, "chunk" | "numbered" | "version" | "rebuiltVersion" | "refreshedAt">,
): Promise<void> {
  await tx.update(audienceChunks).set(changed).where(eq(audienceChunks.chunk, chunk));
}

/** Who is at these places, in their order; nobody where there is no such place. */
export async function membersAt(db: Queryable, places: readonly MemberPlace[]): Promise<string[]> {
  if (places.length === 0) return [];
  const rows = await db.execute<{ chunk: number; position: number; member_id: string }>(sql`
    select m.chunk, m.position, m.member_id
    from unnest(${arrayLiteral(places.map((place) => place.chunk))}::int4[],
      ${arrayLiteral(places.map((place) => place.position))}::int4[]) as w (chunk, position)
    join ${audienceMembers} m on m.chunk = w.chunk and m.position = w.position
    order by m.chunk, m.position`);
  return [...rows].map((row) => row.member_id);
}
