import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant } from "../db/columns";
import { alliance } from "../db/schemas";

/**
 * Who did what, in hash chains: one chain a stream (`catalogue`, `member:<id>`, `partner:<id>`), so that members' chains
 * lie on their own shards and nobody waits for another's. The application may insert and read, never change.
 */
export const auditEntries = alliance.table(
  "audit_entries",
  {
    stream: text("stream").notNull(),
    sequence: bigint("sequence", { mode: "bigint" }).notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** Id of the actor, of the API key or the name of the service; never a person's name. */
    actorId: text("actor_id").notNull(),
    actorKind: text("actor_kind").notNull(),
    /** The operation, named as in the API: `publishOffer`. */
    action: text("action").notNull(),
    resource: text("resource").notNull(),
    /** What changed; personal data is named by field, never by value. */
    before: jsonb("before").$type<unknown>(),
    after: jsonb("after").$type<unknown>(),
    reason: text("reason"),
    previousHash: bytes("previous_hash").notNull(),
    hash: bytes("hash").notNull(),
  },
  (t) => [
    primaryKey({ name: "audit_entries_pkey", columns: [t.stream, t.sequence] }),
    check("audit_entries_hashes", sql`length(${t.previousHash}) = 32 and length(${t.hash}) = 32`),
    check("audit_entries_sequence_positive", sql`${t.sequence} > 0`),
    index("audit_entries_by_time").on(t.recordedAt, t.stream, t.sequence),
    index("audit_entries_by_resource").on(t.resource, t.recordedAt),
    index("audit_entries_by_actor").on(t.actorId, t.recordedAt),
  ],
);

/** The end of each chain; its row is locked while an entry is appended, and shows when a tail was cut off. */
export const auditHeads = alliance.table("audit_heads", {
  stream: text("stream").primaryKey(),
  sequence: bigint("sequence", { mode: "bigint" }).notNull(),
  hash: bytes("hash").notNull(),
});
