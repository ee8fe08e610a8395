import type { Work } from "../context";
import { grantRefusal } from "../graphql/authorize";
import { nobody } from "../kernel/ids";
import { points, type Points } from "../kernel/points";
import { done, refuse, type Result } from "../kernel/result";
import { settleTransit } from "../ledger/settle-transit";
import { memberIdByNumber } from "../members/identity-claims";
import { finalMemberId } from "../members/members.queries";
import type { MemberNamed } from "../members/member-named";
import type { ProgramRow } from "../programs/programs.queries";
import { moveValue, type AskedMovement, type Moved } from "./move-value";

export interface PointsToSend extends AskedMovement {
  /** The sender. */
  readonly member: MemberNamed;
  readonly receiver: { readonly partnerId: string; readonly number: string };
  readonly programId: string;
  readonly amount: Points;
}

/**
 * Sends points of a member to another, where the program allows it: out of the sender's account, then into the receiver's.
 * A crash between the two is finished by a sweeper; where the receiver cannot take them they come back to the same lots.
 */
export async function transferPoints(work: Work, input: PointsToSend): Promise<Result<Moved>> {
  // Before the receiver is looked for: who may not send must not learn whom a number belongs to.
  const denied = grantRefusal(work, "transferPoints");
  if (denied) return denied;
  const { receiver, programId, amount } = input;
  const named = await memberIdByNumber(work.database.app, receiver.partnerId, receiver.number);
  const receiverId = named && (await finalMemberId(work.database.app, named));
  const program = (await work.services.catalogue.catchUp()).programs.get(programId);
  const notNow = refusalNow(program, receiverId);
  const sent = await moveValue(work, { action: "transferPoints", notNow }, input, (basics) => ({
    ...{ ...basics, command: "TRANSFER_OUT", programId, receiverId: receiverId ?? nobody, amount: points(amount) },
    cause: { kind: "MEMBER_TRANSFER", id: basics.idempotencyKey },
    useOrder: program?.useOrder ?? "SOONEST",
  }));
  if (!sent.ok || sent.value.sequence === null) return sent;
  const { memberId, sequence } = sent.value;
  const place = await settleTransit(work.services, { memberId, sequence }, work.now);
  if (place === "ARRIVED") return done(sent.value);
  return refuse("MEMBER_CLOSED", "The receiver cannot take the points; they are back.", ["input", "receiver"]);
}

function refusalNow(program: ProgramRow | undefined, receiverId: string | undefined): Result<never> | undefined {
  if (program && !program.transfersAllowed) {
    const message = `The program "${program.code}" lets no member send points to another.`;
    return refuse("TRANSFERS_NOT_ALLOWED", message, ["input", "programId"]);
  }
  return receiverId ? undefined : refuse("NOT_FOUND", "The receiver was not found.", ["input", "receiver"]);
}
