import { developmentIssuerName } from "../auth/development-issuer";
import type { Actor } from "../auth/core/actor";
import { actorBySubject } from "../auth/auth.queries";
import { registerActor } from "../auth/register-actor";
import { requestContext, type RequestContext, type Services } from "../context";
import { expectDone } from "../import/founding";
import { demoActors } from "./demo-actors";

/** The process that loads the demo: it founds what staff would, and writes what an issuer would bring. */
export function demoWork(services: Services): RequestContext {
  return asActor(services, { kind: "service", actorId: "service:demo", name: "demo" });
}

function asActor(services: Services, actor: Actor): RequestContext {
  return requestContext(services, { requestId: "demo", actor, locale: "en" });
}

/** Works as one of the staff, once they are registered; so that a second person approves what the first one wrote. */
export async function workOfStaff(services: Services, name: string): Promise<RequestContext> {
  const subject = demoActors.find((actor) => actor.name === name)?.subject ?? "";
  const row = await actorBySubject(services.database.app, developmentIssuerName, subject);
  if (!row) throw new Error(`the demo actor ${name} is not registered`);
  return asActor(services, { kind: "staff", actorId: row.actorId, roles: new Set(row.roles) });
}

/** Registers the demo actors; `ids` says which partner and member two of them stand for. Those who are there stay. */
export async function registerDemoActors(
  work: RequestContext,
  kinds: readonly ("staff" | "partner" | "member" | "service")[],
  ids: { readonly partnerIds?: ReadonlyMap<string, string>; readonly memberId?: string } = {},
): Promise<void> {
  for (const actor of demoActors) {
    if (!kinds.includes(actor.kind)) continue;
    const { subject } = actor;
    if (await actorBySubject(work.database.app, developmentIssuerName, subject)) continue;
    const registration = registrationOf(actor, ids);
    expectDone(await registerActor(work, { issuer: developmentIssuerName, subject, registration }));
  }
}

function registrationOf(
  { kind, roles, partner, scopes }: (typeof demoActors)[number],
  { partnerIds, memberId }: { readonly partnerIds?: ReadonlyMap<string, string>; readonly memberId?: string },
) {
  switch (kind) {
    case "staff":
      return { kind, roles: roles ?? [] };
    case "partner":
      return { kind, partnerId: partnerIds?.get(partner ?? "") ?? "", scopes: scopes ?? [] };
    case "member":
      return { kind, memberId: memberId ?? "" };
    case "service":
      return { kind };
  }
}
