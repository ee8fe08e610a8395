import { Arg, Ctx, ID, Int, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { badInput } from "../graphql/errors";
import { DateTimeScalar } from "../graphql/scalars";
import { memberResource } from "../members/member-resource";
import { partiesOfTransfer, type TransferPlace } from "./chain.queries";
import { invariantNames, ledgerInvariants, type Offence } from "./core/invariants";
import { sequenceOf, transferId } from "./core/transfer-id";
import { LedgerVerdictType, TransferProofType } from "./proof.types";
import { proveTransfer, type ProofKind, type ProvenTransfer } from "./prove-transfer";
import { isWhole, proveLedger, type LedgerVerdict } from "./verify-ledger";

/** A request that takes longer keeps others from the database; the command has no such limit. */
const mostMembers = 2_000;
const usualMembers = 500;

@Resolver()
export class LedgerProofResolver {
  @Query(() => LedgerVerdictType, {
    nullable: true,
    description:
      "Computes members' books again from their transfers and holds everything stored, and all signed checkpoints, against " +
      "them: what `ledger verify` does, for a bounded number of members. Changes nothing. For auditors, finance and risk.",
  })
  async verifyLedger(
    @Arg("memberId", () => ID, { nullable: true, description: "One member alone; all without it." })
    memberId: string | null,
    @Arg("since", () => DateTimeScalar, {
      nullable: true,
      description: "Only members that moved something at this instant or later, with their whole history.",
    })
    since: Date | null,
    @Arg("limit", () => Int, {
      defaultValue: usualMembers,
      description: `No more members than this, by rising id; 1 to ${mostMembers}.`,
    })
    limit: number,
    @Ctx() context: RequestContext,
  ): Promise<LedgerVerdictType> {
    readableScope(context, "verifyLedger");
    if (limit < 1 || limit > mostMembers) throw badInput(`limit is ${limit}, expected 1 to ${mostMembers}.`);
    const member = typeof memberId === "string" ? context.ids.openAs("Member", memberId) : undefined;
    if (typeof memberId === "string" && !member) throw badInput("memberId is not the id of a member.");
    const wanted = { ...(member ? { memberId: member.id } : {}), ...(since ? { since } : {}), limit };
    return toVerdict(context, await proveLedger(context.services, wanted));
  }

  @Query(() => TransferProofType, {
    nullable: true,
    description:
      "The proof of one transfer, to be checked offline. Staff's is of all that the transfer says, a member's of what it may know " +
      "of its own, in its chain, a partner's of what it may know of transfers at its merchants and in its programs. Null where there is none or the caller may not see it.",
  })
  async transferProof(
    @Arg("id", () => ID, { description: "Global id of the transfer." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<TransferProofType | null> {
    readableScope(context, "transferProof");
    const reference = context.ids.openAs("Transfer", id);
    if (!reference?.memberId) return null;
    const place = { memberId: reference.memberId, sequence: sequenceOf(reference.id) };
    const kind = await kindFor(context, place);
    const proven = kind && (await proveTransfer(context.services, place, kind));
    return proven ? toProof(id, kind, proven) : null;
  }
}

/** Undefined where the caller may not see the transfer. */
async function kindFor(context: RequestContext, place: TransferPlace): Promise<ProofKind | undefined> {
  if (context.actor.kind === "partner") {
    const { merchantId, programId } = (await partiesOfTransfer(context.database.app, place)) ?? {};
    const merchant = merchantId ? context.catalogue.merchants.get(merchantId) : undefined;
    const program = programId ? context.catalogue.programs.get(programId) : undefined;
    const partnerIds = [merchant?.partnerId, program?.issuerPartnerId].filter((id) => id !== undefined);
    return maySee(context, "transferProof", { partnerIds }) ? "RECEIPT" : undefined;
  }
  if (maySee(context, "Transfer.actor")) return "CHAIN";
  // A merged member's chain stays its own, and the member that it became may see it.
  const member = await context.loaders.memberById.load(place.memberId);
  return member && maySee(context, "transferProof", memberResource(context, member)) ? "OWN" : undefined;
}

function toProof(id: string, kind: ProofKind, { text, document, checkpoint }: ProvenTransfer): TransferProofType {
  if (!checkpoint) return { transferId: id, kind, text, document, checkpoint: null };
  const { statement, signature } = checkpoint;
  const { number, publicKey } = statement;
  return {
    transferId: id,
    kind,
    text,
    document,
    checkpoint: { number, at: new Date(statement.at), publicKey, signature },
  };
}

function toVerdict(context: RequestContext, verdict: LedgerVerdict): LedgerVerdictType {
  const { isComplete, members, transfers, counts, problems, offenders } = verdict;
  const invariants = invariantNames.map((invariant) => ({
    invariant,
    says: ledgerInvariants[invariant],
    checked: counts[invariant],
    broken: problems[invariant],
    offences: offenders.filter((offence) => offence.invariant === invariant).map((each) => toOffence(context, each)),
  }));
  return { isWhole: isWhole(verdict), isComplete, members, transfers, invariants };
}

function toOffence({ ids }: RequestContext, { memberId, sequence, detail }: Offence) {
  const isPlace = memberId !== null && sequence !== null;
  return {
    memberId: memberId && ids.seal("Member", memberId, memberId),
    transferId: isPlace ? ids.seal("Transfer", transferId(sequence), memberId) : null,
    detail,
  };
}
