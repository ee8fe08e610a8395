import { developmentIssuerName } from "../auth/development-issuer";
import { registerActor } from "../auth/register-actor";
import { requestContext, type Services } from "../context";
import type { Progress } from "../import/progress";
import { demoActors } from "./demo-actors";

/** Loads the demo alliance where it is not loaded yet; does nothing otherwise, so that every start may call it. */
export async function loadDemoAlliance(services: Services, { progress }: { progress: Progress }): Promise<void> {
  const actor = { kind: "service", actorId: "demo", name: "demo" } as const;
  const work = requestContext(services, { requestId: "demo", actor, locale: "en" });
  progress.begin("Actors", demoActors.length);
  for (const { subject, roles } of demoActors) {
    await registerActor(work, { issuer: developmentIssuerName, subject, registration: { kind: "staff", roles } });
    progress.advance(1);
  }
  progress.end();
}
