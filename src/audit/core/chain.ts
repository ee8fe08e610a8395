import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";

/** One entry of a chain as it is hashed. Hashes are 32 bytes. */
export interface ChainedEntry {
  readonly stream: string;
  /** 1, 2, 3 … without gaps within the stream. */
  readonly sequence: bigint;
  readonly recordedAt: Date;
  readonly actorKind: string;
  readonly actorId: string;
  readonly action: string;
  readonly resource: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly previousHash: Buffer;
}

/** How far a chain reaches: its last sequence number and hash. */
export interface ChainEnd {
  readonly sequence: bigint;
  readonly hash: Buffer;
}

/** The chain of the catalogue: each of its changes is one entry, so its last number is the catalogue's version. */
export const catalogueStream = "catalogue";

/** Where every chain begins: before its first entry. */
export const chainStart: ChainEnd = { sequence: 0n, hash: Buffer.alloc(32) };

/**
 * SHA-256 of the UTF-8 text of one canonical JSON list (RFC 8785), which anybody can compute again:
 *
 *     ["alliance-audit-1", previousHash, stream, sequence, recordedAt, actorKind, actorId, action, resource,
 *      before, after, reason]
 *
 * The previous hash is lower-case hex, the sequence a text of digits, the instant ISO 8601 in UTC with milliseconds;
 * what is absent is null. The first element names the form, so that a later one cannot be mistaken for it.
 */
export function entryHash(entry: ChainedEntry): Buffer {
  const { previousHash, stream, sequence, recordedAt, actorKind, actorId, action, resource } = entry;
  const place = [previousHash.toString("hex"), stream, sequence, recordedAt];
  const what = [actorKind, actorId, action, resource, entry.before, entry.after, entry.reason];
  return createHash("sha256")
    .update(canonicalJson(["alliance-audit-1", ...place, ...what]))
    .digest();
}

/** What can be wrong with a chain, with what it means. */
export const auditProblems = {
  ENTRY_ALTERED: "The entry is not what was written: a column or its hash was changed, or its place in the chain.",
  CHAIN_BROKEN: "The entry does not continue the one before it: that one was rewritten together with its hash.",
  ENTRY_MISSING: "No entry has this number although later ones exist: it was deleted.",
  TAIL_CUT: "No entry has this number although the chain's head counts it: the last entries were deleted.",
  HEAD_WRONG: "The chain's head is not its last entry: the head, or the last entry with its hash, was changed.",
  HEAD_MISSING: "Entries exist whose chain has no head.",
} as const;
export type AuditProblem = keyof typeof auditProblems;

export interface Offender {
  readonly stream: string;
  readonly sequence: bigint;
  readonly problem: AuditProblem;
}

/** Checks one stored entry against the end of the chain so far. */
export function problemsOfEntry(end: ChainEnd, entry: ChainedEntry & { readonly hash: Buffer }): Offender[] {
  const problems: Offender[] = [];
  const { stream, sequence } = entry;
  if (sequence !== end.sequence + 1n) {
    problems.push({ stream, sequence: end.sequence + 1n, problem: "ENTRY_MISSING" });
  } else if (!entry.previousHash.equals(end.hash)) {
    problems.push({ stream, sequence, problem: "CHAIN_BROKEN" });
  }
  if (!entryHash(entry).equals(entry.hash)) problems.push({ stream, sequence, problem: "ENTRY_ALTERED" });
  return problems;
}

/** Checks the end of a chain that was read whole against its stored head; undefined stands for a missing head. */
export function problemsOfEnd(stream: string, end: ChainEnd, head: ChainEnd | undefined): Offender[] {
  if (!head) return [{ stream, sequence: end.sequence, problem: "HEAD_MISSING" }];
  if (head.sequence > end.sequence) return [{ stream, sequence: end.sequence + 1n, problem: "TAIL_CUT" }];
  const same = head.sequence === end.sequence && head.hash.equals(end.hash);
  return same ? [] : [{ stream, sequence: head.sequence, problem: "HEAD_WRONG" }];
}
