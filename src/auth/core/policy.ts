import type { Actor, PartnerScope, StaffRole } from "./actor";
import { policyTable, type Action } from "./policy.table";

/**
 * How far a grant reaches: `all` rows, or only the caller's `own` — of its partner, or of the member it is.
 */
export type Reach = "all" | "own";

/** One row of the policy: who may do the action and how far. Who is not named may not. */
export interface PolicyRow {
  readonly anonymous?: Reach;
  /** Staff of the operator holding any of these roles reach everything. */
  readonly staff?: readonly StaffRole[];
  /** Partner users and services; `scope` is needed where it is named. */
  readonly partner?: { readonly reach: Reach; readonly scope?: PartnerScope };
  readonly member?: Reach;
  readonly service?: Reach;
}

/** Whose thing it is. A member is a partner's own where it has a live identity there. */
export interface Resource {
  readonly partnerId?: string | null;
  readonly partnerIds?: readonly string[];
  readonly memberId?: string | null;
}

/** Which rows a query may read: what lists filter by in SQL. */
export type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "partner"; readonly partnerId: string }
  | { readonly kind: "member"; readonly memberId: string }
  | { readonly kind: "none" };

/** How far the actor's grant for the action reaches; undefined where there is none. */
export function reachOf(actor: Actor, action: Action): Reach | undefined {
  const row: PolicyRow = policyTable[action];
  switch (actor.kind) {
    case "anonymous":
      return row.anonymous;
    case "staff":
      return row.staff?.some((role) => actor.roles.has(role)) ? "all" : undefined;
    case "partner":
      if (!row.partner || (row.partner.scope && !actor.scopes.has(row.partner.scope))) return undefined;
      return row.partner.reach;
    case "member":
      return row.member;
    case "service":
      return row.service;
  }
}

export function scopeOf(actor: Actor, action: Action): Scope {
  const reach = reachOf(actor, action);
  if (reach === "all") return { kind: "all" };
  if (reach === "own" && actor.kind === "partner") return { kind: "partner", partnerId: actor.partnerId };
  if (reach === "own" && actor.kind === "member") return { kind: "member", memberId: actor.memberId };
  return { kind: "none" };
}

/** True where the actor may do the action with this resource. Without a resource only `all` grants count. */
export function allows(actor: Actor, action: Action, resource: Resource = {}): boolean {
  const scope = scopeOf(actor, action);
  switch (scope.kind) {
    case "all":
      return true;
    case "partner":
      return resource.partnerId === scope.partnerId || (resource.partnerIds?.includes(scope.partnerId) ?? false);
    case "member":
      return resource.memberId === scope.memberId;
    case "none":
      return false;
  }
}
