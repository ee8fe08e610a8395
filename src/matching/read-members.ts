import type { Services } from "../context";
import { decodeFacts, EncodingError, type EncodedFacts } from "../facts/core/encoding";
import { encodedFacts, keysOfFact, statusFact } from "../facts/core/stored-facts";
import { memberFacts, type MemberFactsRow } from "../facts/facts.queries";
import { readStoredFacts } from "../facts/read-stored-facts";
import type { HistoryOwner } from "../members/history";
import { responsesByMembers } from "../offers/responses.queries";
import type { KnownMember } from "../rules/core/local-situation";
import type { Response } from "../rules/core/ranking";
import type { MemberToMatch } from "./match-member";

type Source = Pick<Services, "database" | "facts" | "timeZone">;

/** A member that is asked for, with the ids under which it has history. */
export interface AskedMember extends HistoryOwner {
  readonly isActive: boolean;
}

/** All that matching needs of these members in the moment: a statement for what is known, one for what they did before. */
export async function membersToMatch(
  source: Source,
  members: readonly AskedMember[],
  at: Date,
): Promise<MemberToMatch[]> {
  const ids = members.map((member) => member.memberId);
  const historyIds = members.flatMap((member) => member.allIds);
  const [known, responses] = await Promise.all([
    knownMembers(source, ids, at),
    responsesByMembers(source.database.app, historyIds, at),
  ]);
  return members.map(({ memberId, isActive, allIds }, place) => ({
    ...{ memberId, isActive },
    known: known[place] ?? nobodyKnown,
    responses: mergedResponses(allIds.map((id) => responses.get(id))),
  }));
}

/**
 * What rules may ask of these members, in their order, with all numbers that they bring; of one that does not exist
 * nothing. An encoding that something in it has lapsed of, or that another version of the program wrote, is made anew in
 * memory by one more statement; the job and `facts rebuild` write it.
 */
export async function knownMembers(source: Source, memberIds: readonly string[], at: Date): Promise<KnownMember[]> {
  const { database, facts } = source;
  const rows = await memberFacts(database.app, memberIds, at);
  const encodings = rows.map((row) => readEncoding(row, at));
  const stale = memberIds.filter((_, place) => encodings[place] === undefined);
  const made = stale.length > 0 ? await encodedAnew(source, stale, at) : new Map<string, EncodedFacts>();
  const encoded = memberIds.map((memberId, place) => encodings[place] ?? made.get(memberId) ?? nothing);
  await facts.numbers.fetchNumbers(encoded.flatMap(({ keys }) => [...keys]));
  return encoded.map((each, place) => knownMember(each, rows[place]?.history ?? new Map<string, number>()));
}

/** Counters by the names of their facts. */
export function knownMember(encoded: EncodedFacts, history: ReadonlyMap<string, number>): KnownMember {
  const counters = history.size === 0 ? noCounters : namedCounters(history);
  // Lists of members are facts, too, and in the encoding.
  return { encoded, counters, audiences: noAudiences };
}

function namedCounters(history: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...history].map(([code, sum]) => [`history.${code}`, sum]));
}

const noCounters: ReadonlyMap<string, number> = new Map();
const noAudiences: ReadonlySet<string> = new Set();
const nothing: EncodedFacts = { keys: new Int32Array(), slots: new Int32Array(), values: new Float64Array() };
const nobodyKnown: KnownMember = knownMember(nothing, new Map());

/** Undefined where it has to be made anew. */
export function readEncoding(
  row: Pick<MemberFactsRow, "encoding" | "lapsesAt"> | undefined,
  at: Date,
): EncodedFacts | undefined {
  if (!row || (row.lapsesAt && row.lapsesAt <= at)) return undefined;
  try {
    return decodeFacts(row.encoding);
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}

async function encodedAnew(
  { database, facts, timeZone }: Source,
  memberIds: readonly string[],
  at: Date,
): Promise<Map<string, EncodedFacts>> {
  const stored = await readStoredFacts(database.app, facts.rooms, { memberIds, now: at, timeZone });
  const active = [...stored].filter(([, { facts: own }]) =>
    own.some(({ fact, value }) => fact === statusFact && value === "ACTIVE"),
  );
  await facts.numbers.ensure(active.flatMap(([, member]) => member.facts.flatMap(keysOfFact)));
  return new Map(active.map(([id, member]) => [id, encodedFacts(member.facts, facts.numbers.numberOf)]));
}

function mergedResponses(all: readonly (ReadonlyMap<string, Response> | undefined)[]): ReadonlyMap<string, Response> {
  const [only, ...others] = all.filter((each) => each !== undefined);
  if (!only || others.length === 0) return only ?? new Map<string, Response>();
  const merged = new Map(only);
  for (const [id, { taken, ignored }] of others.flatMap((each) => [...each])) {
    const before = merged.get(id);
    merged.set(id, { taken: taken + (before?.taken ?? 0), ignored: ignored + (before?.ignored ?? 0) });
  }
  return merged;
}
