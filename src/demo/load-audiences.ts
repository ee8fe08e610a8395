import type { RequestContext, Services } from "../context";
import { audienceVersions, type AudienceVersion } from "../audiences/audience-versions";
import { draftAudience } from "../audiences/draft-audience";
import { approveAudience, publishAudience, submitAudience } from "../audiences/move-audience";
import { expectDone } from "../import/founding";
import { versionsOf } from "../publishing/publishing";
import { demoAudiences, type DemoAudience } from "./demo-audiences";
import { workOfStaff } from "./demo-work";
import { idOf, type DemoCatalogue } from "./load-catalogue";

/** Saved audiences, each published after a second person approved it, from wherever it stands. */
export async function loadAudiences(services: Services, catalogue: DemoCatalogue, step: () => void): Promise<void> {
  const approver = await workOfStaff(services, "approver");
  for (const audience of demoAudiences) {
    const author = await workOfStaff(services, audience.author);
    let version = (await found(author, audience)) ?? (await drafted(author, catalogue, audience));
    while (version.state !== "PUBLISHED") version = await nextStep(author, approver, version);
    step();
  }
}

async function found({ database, services }: RequestContext, { code }: DemoAudience): Promise<AudienceVersion | undefined> {
  const { audiencesByCode } = await services.catalogue.catchUp();
  const row = audiencesByCode.get(code);
  return row && (await versionsOf(database.app, audienceVersions, row.audienceId))[0];
}

async function drafted(
  author: RequestContext,
  { partners }: DemoCatalogue,
  { code, partner, rule, name, description }: DemoAudience,
): Promise<AudienceVersion> {
  const target = { partnerId: partner === null ? null : idOf(partners, partner), code };
  const content = { name, description, rule: { tree: null, text: rule }, listId: null };
  return expectDone(await draftAudience(author, { target, content }));
}

async function nextStep(
  author: RequestContext,
  approver: RequestContext,
  { itemId: audienceId, version, revision, state }: AudienceVersion,
): Promise<AudienceVersion> {
  const at = { audienceId, version, revision };
  switch (state) {
    case "DRAFT":
      return expectDone(await submitAudience(author, at));
    case "REVIEW":
      return expectDone(await approveAudience(approver, at));
    case "APPROVED":
      return expectDone(await publishAudience(author, at));
    default:
      throw new Error(`a demo audience in state ${state} cannot be published`);
  }
}
