import type { Services } from "../context";
import type { Db, Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { booksOfMembers, countReferences, headsAfter, movedSince, offendersOf, pointsHeld } from "./books.queries";
import { nobody } from "../kernel/ids";
import { noCounts, type Counts, type Offence } from "./core/invariants";
import { proveMember } from "./core/prove";
import { heldCheckpoints, type CheckpointKeeper, type HeldCheckpoint } from "./checkpoint-files";
import { holdAgainst } from "./held-checkpoints";

export interface LedgerVerdict {
  readonly members: number;
  readonly transfers: number;
  /** False where there are more members than were asked for: what concerns all together was not held against them then. */
  readonly isComplete: boolean;
  /** How many things each invariant was held against. */
  readonly counts: Counts;
  /** All that is wrong is counted here, the first hundred of each invariant named in `offenders`. */
  readonly problems: Counts;
  readonly offenders: readonly Offence[];
}

export interface LedgerToVerify {
  /** This member alone. */
  readonly memberId?: string;
  /** Members that moved something at this instant or later, with their whole history. */
  readonly since?: Date;
  /** No more members than this, by rising id. */
  readonly limit?: number;
  /** Checkpoints that were written outside of the database, oldest first. */
  readonly checkpoints?: readonly HeldCheckpoint[];
}

const membersAtOnce = 1_000;
const transfersAtOnce = 5_000n;
const named = 100;
const crossChecked = ["EVENTS", "REFERENCES", "TRANSITS", "OWNERS"] as const;

/**
 * Computes the books of all members again from their transfers, and holds everything that is stored against them. Reads
 * one snapshot of the database a page of members at a time, so that its memory is bounded and writers may go on. Without
 * checkpoints it cannot see a chain that was computed anew as a whole by somebody who owns the database.
 */
export async function verifyLedger(db: Db, wanted: LedgerToVerify = {}): Promise<LedgerVerdict> {
  return inTransaction(db, (tx) => new Proof(tx, wanted).run(), { isolation: "repeatable read", readOnly: true });
}

/** As `verifyLedger`, also against all checkpoints that are held, which are proven themselves. */
export async function proveLedger(
  services: CheckpointKeeper & Pick<Services, "database">,
  wanted: Omit<LedgerToVerify, "checkpoints">,
): Promise<LedgerVerdict> {
  // Before the books are read, so that no checkpoint is ahead of the snapshot.
  const leaves = wanted.memberId !== undefined ? "none" : wanted.limit === undefined ? "all" : "last";
  const held = await heldCheckpoints(services, { leaves });
  const verdict = await verifyLedger(services.database.app, { ...wanted, checkpoints: held.checkpoints });
  const problems = { ...verdict.problems, CHECKPOINTS: verdict.problems.CHECKPOINTS + held.offences.length };
  return { ...verdict, problems, offenders: [...verdict.offenders, ...held.offences] };
}

class Proof {
  readonly #counts = noCounts();
  readonly #problems = noCounts();
  readonly #offenders: Offence[] = [];
  /** Party buckets by `unit bucket`, of all members. */
  readonly #parties = new Map<string, bigint>();
  #members = 0;

  constructor(
    readonly tx: Tx,
    readonly wanted: LedgerToVerify,
  ) {}

  async run(): Promise<LedgerVerdict> {
    const { memberId, since, limit = Infinity, checkpoints = [] } = this.wanted;
    const ids: string[] = [];
    const keepsIds = memberId !== undefined || since !== undefined || limit < Infinity;
    let isComplete = true;
    for await (const page of this.#pages()) {
      isComplete = this.#members + page.length <= limit;
      const proven = page.slice(0, limit - this.#members);
      if (keepsIds) ids.push(...proven);
      await this.#provePage(proven);
      if (!isComplete) break;
    }
    const isWhole = memberId === undefined && !since && isComplete;
    if (isWhole || ids.length > 0)
      for (const check of crossChecked) await this.#crossCheck(check, isWhole ? null : ids);
    if (isWhole) await this.#proveLiability();
    const upTo = isComplete ? undefined : ids.at(-1);
    const scope = { ...(memberId === undefined ? {} : { memberId }), ...(upTo === undefined ? {} : { upTo }) };
    this.#counts.CHECKPOINTS += await holdAgainst(this.tx, checkpoints, scope, (offences) => this.#found(offences));
    const [counts, problems, transfers] = [this.#counts, this.#problems, this.#counts.CHAIN];
    return { members: this.#members, transfers, isComplete, counts, problems, offenders: this.#offenders };
  }

  async *#pages(): AsyncGenerator<string[]> {
    const { memberId, since } = this.wanted;
    if (memberId !== undefined) {
      yield [memberId];
      return;
    }
    for (let after = nobody; ;) {
      const page = await headsAfter(this.tx, after, membersAtOnce);
      const last = page.at(-1);
      if (last === undefined) return;
      for (const part of inParts(page)) yield since ? await movedSince(this.tx, part, since) : part;
      after = last.memberId;
    }
  }

  async #provePage(memberIds: readonly string[]): Promise<void> {
    if (memberIds.length === 0) return;
    for (const stored of await booksOfMembers(this.tx, memberIds)) {
      const offences: Offence[] = [];
      const { parties } = proveMember(stored, this.#counts, offences);
      this.#members += 1;
      for (const [name, amount] of parties) this.#parties.set(name, (this.#parties.get(name) ?? 0n) + amount);
      this.#found(offences);
    }
  }

  async #crossCheck(check: (typeof crossChecked)[number], memberIds: readonly string[] | null): Promise<void> {
    if (check === "EVENTS") this.#counts.EVENTS += this.#counts.CHAIN;
    if (check === "OWNERS") this.#counts.OWNERS += this.#members;
    const offenders = await offendersOf(this.tx, check, memberIds, named);
    if (check === "REFERENCES") this.#counts.REFERENCES += await countReferences(this.tx, memberIds);
    this.#found(
      offenders.map(({ member_id: memberId, sequence, detail }) => ({
        ...{ invariant: check, memberId, detail },
        sequence: sequence === null ? null : BigInt(sequence),
      })),
    );
  }

  /** What members hold came from parties: all buckets of a unit together come to nothing. */
  async #proveLiability(): Promise<void> {
    const held = await pointsHeld(this.tx);
    const ofParties = new Map<string, bigint>();
    for (const [name, amount] of this.#parties) {
      const [unit = ""] = name.split(" ");
      if (unit.length === 36) ofParties.set(unit, (ofParties.get(unit) ?? 0n) + amount);
    }
    for (const programId of new Set([...held.keys(), ...ofParties.keys()])) {
      this.#counts.LIABILITY += 1;
      const [points, parties] = [held.get(programId) ?? 0n, ofParties.get(programId) ?? 0n];
      if (points + parties === 0n) continue;
      const detail = `in program ${programId} members hold ${points}, the parties' buckets come to ${parties}`;
      this.#found([{ invariant: "LIABILITY", memberId: null, sequence: null, detail }]);
    }
  }

  #found(offences: readonly Offence[]): void {
    for (const offence of offences) {
      this.#problems[offence.invariant] += 1;
      if (this.#problems[offence.invariant] <= named) this.#offenders.push(offence);
    }
  }
}

/** Parts with no more transfers than are held in memory at once, but for a member that alone has more. */
function inParts(page: readonly { readonly memberId: string; readonly sequence: bigint }[]): string[][] {
  const parts: string[][] = [];
  let room = 0n;
  for (const { memberId, sequence } of page) {
    const part = parts.at(-1);
    if (part && room >= sequence) part.push(memberId);
    else {
      parts.push([memberId]);
      room = transfersAtOnce;
    }
    room -= sequence;
  }
  return parts;
}

/** Whether nothing is wrong. */
export function isWhole({ problems }: LedgerVerdict): boolean {
  return Object.values(problems).every((count) => count === 0);
}
