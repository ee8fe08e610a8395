import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, memberId } from "../db/columns";
import { alliance } from "../db/schemas";

/**
 * What happened to a member, written in the transaction that did it; the relay carries the rows over and deletes them.
 *
 * No foreign key: members are never deleted, whoever writes here has read or locked something of the member in the same
 * transaction, and the check costs a command of the ledger a sixth of its time in PostgreSQL.
 */
export const memberOutbox = alliance.table(
  "member_outbox",
  {
    memberId: memberId().notNull(),
    eventId: uuid("event_id").notNull(),
    /** Dotted, past tense: `purchase.recorded`. */
    type: text("type").notNull(),
    payload: jsonb("payload").$type<unknown>().notNull(),
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "member_outbox_pkey", columns: [t.memberId, t.eventId] }),
    index("member_outbox_by_event").on(t.eventId),
  ],
);

/** The same for what concerns no member: `offer.published`. */
export const catalogueOutbox = alliance.table("catalogue_outbox", {
  eventId: uuid("event_id").primaryKey(),
  type: text("type").notNull(),
  payload: jsonb("payload").$type<unknown>().notNull(),
  occurredAt: instant("occurred_at").notNull(),
  recordedAt: instant("recorded_at").notNull(),
});

/** All events, once each, after the relay carried them over; subscribers read on from the last position they saw. */
export const events = alliance.table(
  "events",
  {
    eventId: uuid("event_id").primaryKey(),
    /** Rises in the order in which events became readable, with gaps: who read up to one never misses an earlier one. */
    position: bigint("position", { mode: "bigint" }).notNull(),
    /** Null for events of the catalogue. */
    memberId: uuid("member_id"),
    type: text("type").notNull(),
    payload: jsonb("payload").$type<unknown>().notNull(),
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    relayedAt: instant("relayed_at").notNull(),
  },
  (t) => [
    unique("events_position_key").on(t.position),
    check("events_position_positive", sql`${t.position} > 0`),
    index("events_by_type").on(t.type, t.position),
    index("events_of_catalogue")
      .on(t.position)
      .where(sql`${t.memberId} is null`),
  ],
);
