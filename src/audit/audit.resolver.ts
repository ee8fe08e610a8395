import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, PageArgs, pageRequest, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { textRefusals } from "../kernel/plain-text";
import { findAuditEntries, type AuditFilter, type AuditPlace } from "./audit.queries";
import { AuditEntryConnection, AuditLogFilter, toAuditEntryType, type AuditEntryType } from "./audit.types";

const longestText = 200;

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description: "Who did what, newest first. For auditors and risk staff.",
  })
  async auditLog(
    @Args(() => PageArgs) args: PageArgs,
    @Arg("filter", () => AuditLogFilter, { nullable: true, description: "Which entries; all without it." })
    filter: AuditLogFilter | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<AuditEntryType>> {
    readableScope(context, "auditLog");
    const request = pageRequest(context, ["auditLog", filter], args, 3);
    const entries = await findAuditEntries(context.database.app, filterOf(context, filter ?? {}), {
      limit: request.limit + 1,
      after: request.after && placeOf(request.after),
    });
    return connection(request, entries, keysetOf, (entry) => toAuditEntryType(entry, context.actor));
  }
}

function filterOf(context: RequestContext, filter: AuditLogFilter): AuditFilter {
  const given = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== null && value !== undefined),
  ) as AuditLogFilter;
  for (const [name, value] of Object.entries(given)) {
    const [refusal] = typeof value === "string" ? textRefusals(`filter.${name}`, value, longestText) : [];
    if (refusal) throw badInput(refusal.message);
  }
  const { resourceId, ...rest } = given;
  if (!resourceId) return rest as AuditFilter;
  const reference = context.ids.open(resourceId);
  if (!reference) throw badInput(`filter.resourceId is not an id of this alliance: ${resourceId}`);
  const resource = `${reference.type}:${reference.id}`;
  if (rest.resource && rest.resource !== resource) {
    throw badInput("filter.resource and filter.resourceId name different things; give one of them.");
  }
  return { ...rest, resource } as AuditFilter;
}

function keysetOf({ recordedAt, stream, sequence }: AuditPlace): readonly string[] {
  return [recordedAt.toISOString(), stream, sequence.toString()];
}

function placeOf([recordedAt = "", stream = "", sequence = ""]: readonly string[]): AuditPlace {
  const instant = new Date(recordedAt);
  if (Number.isNaN(instant.getTime()) || !/^\d{1,18}$/.test(sequence)) {
    throw badInput("after is not a cursor of this connection.");
  }
  return { recordedAt: instant, stream, sequence: BigInt(sequence) };
}
