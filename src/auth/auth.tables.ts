import { sql } from "drizzle-orm";
import { check, index, primaryKey, text, uuid, type AnyPgColumn } from "drizzle-orm/pg-core";
import { bytes, instant } from "../db/columns";
import { alliance, personal } from "../db/schemas";
import { partnerScopes, staffRoles, type PartnerScope, type StaffRole } from "./core/actor";

/** The list holds nothing but these. Constants of the code, so they may stand in the statement as they are. */
const oneOfTexts = (column: AnyPgColumn, words: readonly string[]) =>
  sql`${column} <@ ${sql.raw(`array[${words.map((word) => `'${word}'`).join(", ")}]`)}`;

/**
 * Whom a token's (issuer, subject) stands for and what it may do. A token's claims grant nothing: without a row here its
 * bearer is nobody.
 */
export const actors = alliance.table(
  "actors",
  {
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    actorId: uuid("actor_id").notNull(),
    kind: text("kind").$type<"staff" | "partner" | "member" | "service">().notNull(),
    roles: text("roles").array().$type<StaffRole[]>().notNull(),
    partnerId: uuid("partner_id"),
    scopes: text("scopes").array().$type<PartnerScope[]>().notNull(),
    memberId: uuid("member_id"),
    createdAt: instant("created_at").notNull(),
    /** Set when the actor may no longer enter. */
    disabledAt: instant("disabled_at"),
  },
  (t) => [
    primaryKey({ name: "actors_pkey", columns: [t.subject, t.issuer] }),
    check("actors_roles_known", oneOfTexts(t.roles, staffRoles)),
    check("actors_scopes_known", oneOfTexts(t.scopes, partnerScopes)),
    check("actors_kind_known", sql`${t.kind} in ('staff', 'partner', 'member', 'service')`),
    check("actors_partner", sql`(${t.kind} = 'partner') = (${t.partnerId} is not null)`),
    check("actors_member", sql`(${t.kind} = 'member') = (${t.memberId} is not null)`),
    index("actors_by_id").on(t.actorId),
  ],
);

/** API keys of partners: `prefix.secret`. Only an HMAC of the secret is stored. */
export const apiKeys = personal.table(
  "api_keys",
  {
    prefix: text("prefix").primaryKey(),
    partnerId: uuid("partner_id").notNull(),
    name: text("name").notNull(),
    secretHmac: bytes("secret_hmac").notNull(),
    scopes: text("scopes").array().$type<PartnerScope[]>().notNull(),
    createdAt: instant("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    /** To the minute: written at most once a minute per key. */
    lastUsedAt: instant("last_used_at"),
    /** The key this one replaces; both live until the old one is revoked or expires. */
    rotatedFrom: text("rotated_from"),
  },
  (t) => [
    check("api_keys_scopes_known", oneOfTexts(t.scopes, partnerScopes)),
    check("api_keys_lifetime", sql`${t.createdAt} < ${t.expiresAt}`),
    index("api_keys_by_partner").on(t.partnerId),
  ],
);
