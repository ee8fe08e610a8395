import { inTransaction } from "../db/transaction";
import type { Db, Tx } from "../db/client";
import { decodeFacts } from "../facts/core/encoding";
import { statusFact } from "../facts/core/stored-facts";
import type { Facts } from "../facts/fact-room";
import { encodingsOf, markTakenUp, pendingMembers } from "../facts/pending-members";
import {
  deletePieces,
  insertMembers,
  insertPlaces,
  lockChunk,
  numberedMembers,
  placesOf,
  storedPieces,
  takePlaces,
  updateChunk,
  updateMembers,
  writePieces,
  type ChunkHead,
  type NumberedMember,
} from "./chunks.queries";
import { changesOf, type ChunkChanges, type MemberChange } from "./core/chunk-changes";
import { decodePiece, encodePiece } from "./core/piece-encoding";
import { pieceName, type Piece } from "./core/piece";

/** What the chunks need of the process. */
export interface ChunkWork {
  readonly app: Db;
  readonly facts: Facts;
  readonly now: Date;
}

/** So many members' encodings and the pieces that they change are held at once: about 50 MB. */
const membersAtOnce = 5_000;
/** So many pieces go in one statement: at most 4 MB of bitsets. */
const piecesAtOnce = 500;

/**
 * Takes changed members up into the chunks, at most so many. Answers how many were waiting.
 *
 * Three steps, each of which leaves a state that the next run goes on from:
 * 1. members without a place get one in the last chunk; their own row keeps them from getting two;
 * 2. each chunk, under its lock, compares the members' encodings with those it took up last, and changes the pieces that
 *    differ. That is one transaction of one chunk, so all of it happens or nothing;
 * 3. members whose encoding is still the one that was taken up wait no longer.
 *
 * Whoever dies in between leaves members pending whose chunk is up to date: taking them up again changes nothing. Two
 * servers at once take the same members; the second waits for the chunk and finds nothing left to change.
 */
export async function takeUpPending(work: ChunkWork, limit = membersAtOnce): Promise<number> {
  const { memberIds } = await pendingMembers(work.app, limit);
  if (memberIds.length === 0) return 0;
  const places = await placeMembers(work, memberIds);
  for (const chunk of new Set([...places.values()].sort((one, other) => one - other))) {
    await takeUpInto(
      work,
      chunk,
      memberIds.filter((memberId) => places.get(memberId) === chunk),
    );
  }
  return memberIds.length;
}

async function placeMembers({ app, now }: ChunkWork, memberIds: readonly string[]): Promise<Map<string, number>> {
  for (;;) {
    const places = await placesOf(app, memberIds);
    const without = memberIds.filter((memberId) => !places.has(memberId));
    if (without.length === 0) return places;
    await inTransaction(app, async (tx) => {
      const { chunk, places: free } = await takePlaces(tx, without.length, now);
      await insertPlaces(tx, without.slice(0, free), chunk);
    });
  }
}

async function takeUpInto(work: ChunkWork, chunk: number, memberIds: readonly string[]): Promise<void> {
  const taken = await inTransaction(work.app, async (tx) => {
    const head = await lockChunk(tx, chunk);
    if (!head) throw new Error(`members have a place in chunk ${chunk}, which is not there`);
    // Read under the lock: what another server took up meanwhile is what the chunk holds.
    const encodings = await encodingsOf(tx, memberIds);
    const { members, numbered } = await numberMembers(tx, head, [...encodings.keys()]);
    const changed = members.flatMap((member) => {
      const encoding = encodings.get(member.memberId);
      return encoding && !encoding.equals(member.encoding) ? [{ ...member, after: encoding }] : [];
    });
    if (changed.length === 0) return encodings;
    const changes = changesOf(changed.map(toChange), await liveKeys(work.facts));
    const version = head.version + 1;
    await applyChanges(tx, chunk, version, changes);
    await updateMembers(
      tx,
      chunk,
      changed.map(({ position, after }) => ({ position, encoding: after })),
    );
    await updateChunk(tx, { chunk, numbered, version, rebuiltVersion: head.rebuiltVersion, refreshedAt: work.now });
    return encodings;
  });
  await markTakenUp(work.app, taken);
}

/** The members with their positions; who has none gets the next one. */
async function numberMembers(
  tx: Tx,
  { chunk, numbered }: ChunkHead,
  memberIds: readonly string[],
): Promise<{ members: NumberedMember[]; numbered: number }> {
  const members = await numberedMembers(tx, chunk, memberIds);
  const known = new Set(members.map((member) => member.memberId));
  const added = memberIds.filter((memberId) => !known.has(memberId));
  if (added.length === 0) return { members, numbered };
  await insertMembers(tx, chunk, numbered, added);
  const nothing = Buffer.alloc(0);
  const more = added.map((memberId, place) => ({ position: numbered + place, memberId, encoding: nothing }));
  return { members: [...members, ...more], numbered: numbered + added.length };
}

function toChange({ position, encoding, after }: NumberedMember & { readonly after: Buffer }): MemberChange {
  return { position, before: encoding.length === 0 ? null : decodeFacts(encoding), after: decodeFacts(after) };
}

/** Only who takes part is in an audience; who withheld consent depends on who asks (audience-guard.ts). */
export async function liveKeys({ numbers }: Facts): Promise<readonly number[]> {
  const active = { fact: statusFact, choice: "ACTIVE" };
  await numbers.ensure([active]);
  return [numbers.numberOf(active)];
}

async function applyChanges(tx: Tx, chunk: number, version: number, changes: ChunkChanges): Promise<void> {
  const { pieces } = changes;
  for (let from = 0; from < pieces.length; from += piecesAtOnce) {
    const part = pieces.slice(from, from + piecesAtOnce);
    const stored = await storedPieces(tx, chunk, part);
    const bodies = new Map(stored?.pieces.map(({ kind, key, body }) => [pieceName({ kind, key, day: 0 }), body]));
    const written = part.map((piece) => {
      const body = bodies.get(pieceName(piece));
      return { kind: piece.kind, key: piece.key, body: changedBody(changes, piece, body) };
    });
    await writePieces(tx, chunk, version, written);
  }
}

function changedBody(changes: ChunkChanges, piece: Piece, body: Buffer | undefined): Buffer {
  const content = body && body.length > 0 ? decodePiece(piece, body) : undefined;
  return encodePiece(changes.apply(piece, content)) ?? Buffer.alloc(0);
}

/**
 * Makes a chunk's pieces anew from the encodings, whatever is stored: the cure where a piece or an encoding can no longer
 * be read. Positions stay. Answers how many members it holds.
 */
export async function rebuildChunk(work: ChunkWork, chunk: number): Promise<number> {
  const taken = await inTransaction(work.app, async (tx) => {
    const head = await lockChunk(tx, chunk);
    if (!head) return new Map<string, Buffer>();
    const members = await numberedMembers(tx, chunk);
    const encodings = await encodingsOf(
      tx,
      members.map((member) => member.memberId),
    );
    const all = members.flatMap(({ position, memberId }) => {
      const encoding = encodings.get(memberId);
      return encoding ? [{ position, encoding }] : [];
    });
    const changes = changesOf(
      all.map(({ position, encoding }) => ({ position, before: null, after: decodeFacts(encoding) })),
      await liveKeys(work.facts),
    );
    const version = head.version + 1;
    await deletePieces(tx, chunk);
    await applyChanges(tx, chunk, version, changes);
    for (let from = 0; from < all.length; from += membersAtOnce) {
      await updateMembers(tx, chunk, all.slice(from, from + membersAtOnce));
    }
    const { numbered } = head;
    await updateChunk(tx, { chunk, numbered, version, rebuiltVersion: version, refreshedAt: work.now });
    return encodings;
  });
  await markTakenUp(work.app, taken);
  return taken.size;
}
