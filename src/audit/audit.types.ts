import { Field, ID, InputType, ObjectType } from "type-graphql";
import type { Actor } from "../auth/core/actor";
import { connectionType } from "../graphql/connection";
import { DateTimeScalar } from "../graphql/scalars";
import { canonicalJson } from "../kernel/canonical-json";
import type { StoredEntry } from "./audit.queries";
import { withoutConfidential } from "./core/withheld";

@InputType({ description: "Which entries of the audit log; every condition that is given must hold." })
export class AuditLogFilter {
  @Field(() => String, { nullable: true, description: "One chain: `catalogue`, `member:<uuid>` or `partner:<uuid>`." })
  stream?: string | null;

  @Field(() => ID, { nullable: true, description: "Global id of the thing the entries are about." })
  resourceId?: string | null;

  @Field(() => String, { nullable: true, description: "The thing as the log names it: `Offer:<uuid>`." })
  resource?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Id of the actor or API key, or name of the service, who did it.",
  })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: "The operation: `publishOffer`." })
  action?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this instant or later." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded before this instant." })
  to?: Date | null;
}

@ObjectType("AuditEntry", {
  description: "Who did what to which thing: one link of a hash chain that nobody can change unnoticed.",
  simpleResolvers: true,
})
export class AuditEntryType {
  @Field(() => String, { description: "Its chain: `catalogue`, `member:<uuid>` or `partner:<uuid>`." })
  stream!: string;

  @Field(() => String, { description: "Its number in the chain, as a text of digits; 1, 2, 3 … without gaps." })
  sequence!: string;

  @Field(() => DateTimeScalar, { description: "When it was written." })
  recordedAt!: Date;

  @Field(() => String, { description: "`staff`, `partner`, `member`, `service` or `anonymous`." })
  actorKind!: string;

  @Field(() => String, { description: "Id of the actor or API key, or name of the service." })
  actorId!: string;

  @Field(() => String, { description: "The operation as the API names it." })
  action!: string;

  @Field(() => String, { description: "What it was done to: `Offer:<uuid>`." })
  resource!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "JSON text of what was there before; null where nothing was. What the reader may not see elsewhere reads `(withheld)`.",
  })
  before!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "JSON text of what is there since, as `before`; null where nothing is.",
  })
  after!: string | null;

  @Field(() => String, { nullable: true, description: "Why, where the caller said." })
  reason!: string | null;

  @Field(() => String, {
    description: "Hash of the entry before it in its chain: SHA-256 in hex, zeros for the first.",
  })
  previousHash!: string;

  @Field(() => String, { description: "SHA-256 over this entry and the hash before it, in hex." })
  hash!: string;
}

export const AuditEntryConnection = connectionType(AuditEntryType, "AuditEntry");

export function toAuditEntryType(entry: StoredEntry, reader: Actor): AuditEntryType {
  const shown = (content: unknown) =>
    content === null ? null : canonicalJson(withoutConfidential(reader, entry.resource, content));
  return {
    ...entry,
    sequence: entry.sequence.toString(),
    before: shown(entry.before),
    after: shown(entry.after),
    previousHash: entry.previousHash.toString("hex"),
    hash: entry.hash.toString("hex"),
  };
}
