import { allows, reachOf, scopeOf, type Resource, type Scope } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { RequestContext, Work } from "../context";
import { refuse, type Refusal } from "../kernel/result";
import { forbidden, unauthenticated } from "./errors";

/** For queries: the rows the caller may read, or an error that says to sign in or that it may not. */
export function readableScope(context: RequestContext, action: Action): Exclude<Scope, { kind: "none" }> {
  const scope = scopeOf(context.actor, action);
  if (scope.kind !== "none") return scope;
  throw context.actor.kind === "anonymous" ? unauthenticated() : forbidden(action);
}

/** For fields that are withheld from some: true where the caller may see it on this object. */
export function maySee(context: RequestContext, field: Action, resource: Resource = {}): boolean {
  return allows(context.actor, field, resource);
}

/**
 * For use cases: undefined where the caller may, else the refusal; for who did not sign in an error that says to, as of
 * queries. Where the caller has no grant at all the answer is
 * FORBIDDEN; where only this resource is not its own, NOT_FOUND, so that nobody learns what others have.
 */
export function refusalFor(work: Work, action: Action, resource: Resource, what: string) {
  if (allows(work.actor, action, resource)) return undefined;
  return grantRefusal(work, action) ?? refuse("NOT_FOUND", `${what} was not found.`);
}

/** The first half of `refusalFor`, for use cases that learn only later whose the thing is. */
export function grantRefusal({ actor }: Work, action: Action) {
  if (reachOf(actor, action) !== undefined) return undefined;
  if (actor.kind === "anonymous") throw unauthenticated();
  return refuse("FORBIDDEN", `You may not ${action}.`);
}

/** A row of the policy for one field of a mutation's input. */
export type InputField = Extract<Action, `${string}Input.${string}`>;

/** For use cases, of a field that fewer may change than the rest of its input: none where the caller may. */
export function fieldRefusals(work: Work, field: InputField, resource: Resource, what: string): Refusal[] {
  if (allows(work.actor, field, resource)) return [];
  const name = field.split(".")[1] ?? "";
  return [{ code: "FORBIDDEN", message: `You may not change the ${what}'s ${name}.`, path: ["input", name] }];
}
