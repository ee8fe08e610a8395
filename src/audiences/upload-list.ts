import { eq, sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import { actorIdOf } from "../auth/core/actor";
import type { Work } from "../context";
import { uuidArray } from "../db/arrays";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { numberRefusals } from "../members/core/member";
import { membersByIds } from "../members/members.queries";
import { memberIdsByNumbers } from "../members/numbers.queries";
import { writeFacts } from "../members/write-facts";
import { partnersByIds } from "../merchants/merchants.queries";
import { audienceListMembers, audienceLists } from "./audiences.tables";
import { listById, type AudienceListRow } from "./audiences.queries";

/** One line of an upload: where it stands, counted from 1, and what is written there. */
export interface ListedNumber {
  readonly line: number;
  readonly number: string;
}

export interface ListUpload {
  /** Whose numbers they are. */
  readonly partnerId: string;
  readonly batches: AsyncIterable<readonly ListedNumber[]> | Iterable<readonly ListedNumber[]>;
  readonly reason?: string | null;
  /** Told every line that names nobody. */
  readonly onRefused: (line: number, message: string) => void;
}

/**
 * Makes a list of the members behind a partner's numbers. A line that names nobody is told and left out, and the good ones
 * go on; a member that is named twice is on the list once.
 *
 * The list is complete when the last line was taken. An upload that dies before leaves a list that no audience can rest
 * on; it is begun anew.
 */
export async function uploadAudienceList(work: Work, upload: ListUpload): Promise<Result<AudienceListRow>> {
  const { partnerId, reason } = upload;
  const denied = refusalFor(work, "uploadAudienceList", { partnerId }, "The partner");
  if (denied) return denied;
  const [partner] = await partnersByIds(work.database.app, [partnerId]);
  if (!partner) return refuse("NOT_FOUND", "The partner was not found.", ["input", "partnerId"]);
  const refusals = reasonRefusals(reason);
  if (refusals.length > 0) return refuseAll(refusals);

  const listId = newId();
  const createdBy = actorIdOf(work.actor) ?? "anonymous";
  const empty = { completedAt: null, memberCount: 0, refusedCount: 0 };
  await work.database.app.insert(audienceLists).values({ listId, partnerId, createdBy, createdAt: work.now, ...empty });
  let refusedCount = 0;
  for await (const batch of upload.batches) {
    const memberIds = await namedMembers(work, partnerId, batch, (line, message) => {
      refusedCount += 1;
      upload.onRefused(line, message);
    });
    await addMembers(work, listId, memberIds);
  }
  return done(await complete(work, { listId, partnerId, refusedCount, reason }));
}

/** The members that answer for the numbers now; each line that names none is told. */
async function namedMembers(
  work: Work,
  partnerId: string,
  batch: readonly ListedNumber[],
  onRefused: ListUpload["onRefused"],
): Promise<string[]> {
  const readable = batch.filter(({ line, number }) => {
    const [refusal] = numberRefusals(number);
    if (refusal) onRefused(line, refusal.message);
    return !refusal;
  });
  const { app } = work.database;
  const numbers = [...new Set(readable.map((each) => each.number))];
  const claimed = await memberIdsByNumbers(app, partnerId, numbers);
  // As the partner sees them: with a live identity there, and by the member that others were merged into.
  const members = await membersByIds(app, [...new Set(claimed.values())], { kind: "partner", partnerId });
  const found = new Set<string>();
  for (const { line, number } of readable) {
    const member = members.get(claimed.get(number) ?? "");
    if (!member) onRefused(line, "No member has this number.");
    else if (member.status !== "ACTIVE") onRefused(line, "The member is closed.");
    else found.add(member.memberId);
  }
  return [...found];
}

async function addMembers(work: Work, listId: string, memberIds: readonly string[]): Promise<void> {
  const rows = memberIds.map((memberId) => ({ memberId }));
  await writeFacts(work, rows, (tx) =>
    tx.execute(sql`
      insert into ${audienceListMembers} (member_id, list_id)
      select member_id, ${listId}::uuid from unnest(${uuidArray(memberIds)}) as t (member_id) order by member_id
      on conflict do nothing`),
  );
}

async function complete(
  work: Work,
  list: { listId: string; partnerId: string; refusedCount: number; reason: string | null | undefined },
): Promise<AudienceListRow> {
  const { listId, partnerId, refusedCount, reason } = list;
  return inTransaction(work.database.app, async (tx) => {
    const memberCount = await tx.$count(audienceListMembers, eq(audienceListMembers.listId, listId));
    const facts = { completedAt: work.now, memberCount, refusedCount };
    await tx.update(audienceLists).set(facts).where(eq(audienceLists.listId, listId));
    const row = await listById(tx, listId);
    if (!row) throw new Error(`the list ${listId} is gone`);
    const payload = { listId, partnerId, memberCount, refusedCount };
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "uploadAudienceList",
      resource: `AudienceList:${listId}`,
      after: payload,
      reason,
      event: { type: "audience_list.uploaded", payload },
    });
    return row;
  });
}
