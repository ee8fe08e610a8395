import { actorIdOf, type Actor } from "../auth/core/actor";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { reasonRefusals, textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { isOwnKey } from "../ledger/core/own-keys";
import { ownerOfKey } from "../ledger/keys.queries";
import { postCommand } from "../ledger/post";
import type { AmountOfLine, Cause, CommandBase, LedgerCommand } from "../ledger/core/command";
import { memberNamed, type MemberNamed } from "../members/member-named";
import { memberStanding, type MemberStanding } from "../members/members.queries";
import { outletsByIds } from "../merchants/merchants.queries";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { asRefusal } from "./ledger-refusals";
import { withReference } from "./source-reference";

/** What became of a command on a member's value. */
export interface Moved {
  /** Whose transfer it is. */
  readonly memberId: string;
  /** The number of the transfer; null where there was nothing to move. */
  readonly sequence: bigint | null;
  /** Whether the key was used before, and this is the first result again. */
  readonly isRepeated: boolean;
  readonly amount: bigint;
  /** Points that a reversal should have taken back and could not. */
  readonly shortfall: bigint;
}

/** What all mutations that move value are given. */
export interface AskedMovement {
  /** 1 to 200 printable characters; the same again with the same input answers the first result. */
  readonly idempotencyKey: string;
  readonly occurredAt?: Date | null;
  readonly reason?: string | null;
  readonly merchantId?: string | null;
  readonly outletId?: string | null;
  readonly shift?: string | null;
  readonly channel?: string | null;
  readonly sourceReference?: string | null;
  /** What it is for, where the caller says that itself. */
  readonly cause?: Cause;
  /** The parts of it, where the caller names any. */
  readonly lines?: readonly AmountOfLine[];
  /** The one part that is meant. */
  readonly line?: string | null;
}

/** Everything that decides who may: the program, the merchant, and the member. */
export interface Whereabouts {
  readonly action: Action;
  readonly programId?: string | null;
  readonly merchantId?: string | null;
  /** Why it cannot be done now, if so; who repeats what was done before is still answered. */
  readonly notNow?: Result<never> | undefined;
}

/** What a use case makes its command of. */
export type Basics = Pick<
  CommandBase,
  | "memberId"
  | "idempotencyKey"
  | "actor"
  | "occurredAt"
  | "recordedAt"
  | "decidedFrom"
  | "merchantId"
  | "outletId"
  | "shift"
  | "channel"
  | "sourceReference"
  | "reason"
>;

/** Moves value of a member that the caller names: refuses who may not, then posts what `make` decides. */
export async function moveValue(
  work: Work,
  where: Whereabouts,
  asked: AskedMovement & { readonly member: MemberNamed },
  make: (basics: Basics, snapshot: CatalogueSnapshot) => LedgerCommand,
): Promise<Result<Moved>> {
  const refusals = movementRefusals(asked, work.now);
  if (refusals.length > 0) return refuseAll(refusals);
  const snapshot = await snapshotWith(work, where);
  const misplaced = await placeRefusal(work, where, snapshot, asked);
  if (misplaced) return misplaced;
  const named = await memberNamed(work, where.action, asked.member);
  if (!named.ok) return named;
  const found = await memberInHand(work, where.action, named.value.memberId, named.value.path);
  if (!found.ok) return found;
  const member = found.value;
  const refused = where.notNow ?? closedMerchant(snapshot, where) ?? closedMember(member, named.value.path);
  // What was done before is answered, whatever became of merchant, program and member since: the caller who repeats does
  // not know whether its first attempt came through. And what was done for a member that was merged since is not done
  // once more for the one that answers for it.
  const memberId =
    refused || member.formerIds.length > 0
      ? await ownerOfKey(work.database.app, [member.memberId, ...member.formerIds], asked.idempotencyKey)
      : undefined;
  if (refused && memberId === undefined) return refused;
  return posted(work, make(basicsOf(work, memberId ?? member.memberId, asked), snapshot));
}

interface MemberInHand extends MemberStanding {
  /** By which the member was known before merges. */
  readonly formerIds: readonly string[];
}

/**
 * The member that answers for this id and can be given and asked for value, if the caller may do this with it. `letIn` is a
 * partner that it let in itself.
 */
export async function memberToMove(
  work: Work,
  action: Action,
  memberId: string,
  path: readonly string[],
  letIn?: string | null,
): Promise<Result<MemberStanding>> {
  const found = await memberInHand(work, action, memberId, path, letIn);
  return found.ok ? (closedMember(found.value, path) ?? found) : found;
}

/** The member that answers for this id, if the caller may do this with it. */
async function memberInHand(
  work: Work,
  action: Action,
  memberId: string,
  path: readonly string[],
  letIn?: string | null,
): Promise<Result<MemberInHand>> {
  // Besides the aliases, since a merge that was cut off has not written its own yet.
  const passed: string[] = [];
  let member = await memberStanding(work.database.app, memberId);
  while (member?.mergedInto) {
    passed.push(member.memberId);
    member = await memberStanding(work.database.app, member.mergedInto);
  }
  const partnerIds = [...(member?.partnerIds ?? []), ...(letIn ? [letIn] : [])];
  const denied = refusalFor(work, action, { memberId: member?.memberId, partnerIds }, "The member");
  if (denied) return denied;
  if (!member) return refuse("NOT_FOUND", "The member was not found.", path);
  return done({ ...member, formerIds: [...passed, ...member.aliasIds] });
}

function closedMember({ status }: MemberStanding, path: readonly string[]): Result<never> | undefined {
  return status === "ACTIVE" ? undefined : refuse("MEMBER_CLOSED", "The member is CLOSED, expected ACTIVE.", path);
}

function closedMerchant(snapshot: CatalogueSnapshot, { merchantId }: Whereabouts): Result<never> | undefined {
  if (!merchantId || snapshot.merchants.get(merchantId)?.status !== "CLOSED") return undefined;
  return refuse("WRONG_STATE", "The merchant is CLOSED, expected ACTIVE or SUSPENDED.", ["input", "merchantId"]);
}

export function basicsOf(work: Work, memberId: string, asked: AskedMovement): Basics {
  const { idempotencyKey, occurredAt, reason, merchantId, outletId, shift, channel, sourceReference } = asked;
  return {
    ...{
      memberId,
      idempotencyKey,
      actor: nameOf(work.actor),
      occurredAt: occurredAt ?? work.now,
      recordedAt: work.now,
    },
    ...{ merchantId, outletId, shift, channel, sourceReference, reason },
    // Without the caller's clock, so that a repetition without `occurredAt` is the same input.
    decidedFrom: { ...asked, member: undefined, memberId },
  };
}

export function nameOf(actor: Actor): string {
  return actorIdOf(actor) ?? "anonymous";
}

/** Posts the command, with its outside reference claimed before and confirmed after; refusals in words. */
export async function posted(
  work: Work,
  command: LedgerCommand,
  path: readonly string[] = ["input"],
): Promise<Result<Moved>> {
  const result = await withReference(work, command, () => postCommand(work.services, command));
  if (!result) {
    const message = `sourceReference "${command.sourceReference}" is that of another command.`;
    return refuse("IDEMPOTENCY_MISMATCH", message, ["input", "sourceReference"]);
  }
  const { memberId } = command;
  switch (result.outcome) {
    case "REFUSED":
      return asRefusal(result, path);
    case "NOTHING":
      return done({ memberId, sequence: null, isRepeated: false, amount: 0n, shortfall: 0n });
    default: {
      const { sequence, amount, shortfall } = result;
      return done({ memberId, sequence, isRepeated: result.outcome === "REPLAYED", amount, shortfall });
    }
  }
}

export function movementRefusals(asked: AskedMovement, now: Date): Refusal[] {
  const { idempotencyKey, occurredAt, reason, shift, channel, sourceReference, cause, lines = [], line } = asked;
  const texts = { shift, channel, sourceReference, line };
  const causeRefusals = cause && cause.id !== idempotencyKey ? textRefusals("causeId", cause.id, 200) : [];
  const refusals = [
    ...textRefusals("idempotencyKey", idempotencyKey, 200),
    ...reasonRefusals(reason),
    ...Object.entries(texts).flatMap(([name, text]) => (text ? textRefusals(name, text, 200) : [])),
    ...causeRefusals,
    ...lines.flatMap((each, at) =>
      each.line === null ? [] : textRefusals("line", each.line, 200, ["input", "lines", `${at}`, "line"]),
    ),
  ];
  if (isOwnKey(idempotencyKey)) {
    const message = "idempotencyKey is of the form of the alliance's own keys, expected the caller's own.";
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "idempotencyKey"] });
  }
  if (occurredAt && occurredAt > now) {
    const message = `occurredAt is ${occurredAt.toISOString()}, expected an instant not after ${now.toISOString()}.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "occurredAt"] });
  }
  return refusals;
}

/** This server's snapshot, brought up to date where it does not know what is named. */
function snapshotWith({ services }: Work, { programId, merchantId }: Whereabouts): Promise<CatalogueSnapshot> {
  return services.catalogue.thatKnows(
    ({ programs, merchants }) => (!programId || programs.has(programId)) && (!merchantId || merchants.has(merchantId)),
  );
}

/** Partners move points at their own merchants, or of their own programs where no merchant is named. */
async function placeRefusal(
  work: Work,
  { action, programId, merchantId }: Whereabouts,
  snapshot: CatalogueSnapshot,
  { outletId }: AskedMovement,
): Promise<Result<never> | undefined> {
  const program = programId ? snapshot.programs.get(programId) : undefined;
  const merchant = merchantId ? snapshot.merchants.get(merchantId) : undefined;
  const partnerId = merchantId ? merchant?.partnerId : program?.issuerPartnerId;
  if (work.actor.kind === "partner" || work.actor.kind === "anonymous") {
    const denied = refusalFor(work, action, { partnerId }, merchantId ? "The merchant" : "The program");
    if (denied) return denied;
  }
  if (programId && !program) return refuse("NOT_FOUND", "The program was not found.", ["input", "programId"]);
  if (merchantId && !merchant) return refuse("NOT_FOUND", "The merchant was not found.", ["input", "merchantId"]);
  const [outlet] = outletId ? await outletsByIds(work.database.app, [outletId]) : [];
  if (outletId && (!merchant || outlet?.merchantId !== merchant.merchantId)) {
    return refuse("NOT_FOUND", "The outlet was not found at this merchant.", ["input", "outletId"]);
  }
  return undefined;
}
