import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import type { AdjustmentState } from "./core/adjustment";

/** A correction of a balance that somebody asked for; another person approves it before anything moves. */
export const adjustmentRequests = alliance.table(
  "adjustment_requests",
  {
    memberId: memberId().notNull(),
    requestId: uuid("request_id").notNull(),
    programId: uuid("program_id").notNull(),
    /** More for the member where positive, less where negative; never 0. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    reason: text("reason").notNull(),
    state: text("state").$type<AdjustmentState>().notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    decidedBy: text("decided_by"),
    decidedAt: instant("decided_at"),
  },
  (t) => [
    primaryKey({ name: "adjustment_requests_pkey", columns: [t.memberId, t.requestId] }),
    foreignKey({ name: "adjustment_requests_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    index("adjustment_requests_open")
      .on(t.requestedAt)
      .where(sql`${t.state} = 'REQUESTED'`),
    check("adjustment_requests_amount", sql`${t.amount} <> 0`),
    check("adjustment_requests_state_known", sql`${t.state} in ('REQUESTED', 'APPROVED', 'REJECTED')`),
    check("adjustment_requests_decided", sql`(${t.state} = 'REQUESTED') = (${t.decidedBy} is null)`),
    check("adjustment_requests_two_persons", sql`${t.decidedBy} <> ${t.requestedBy} or ${t.state} <> 'APPROVED'`),
  ],
);
