import { join } from "node:path";
import { findAuditEntries } from "../audit/audit.queries";
import { recordChange } from "../audit/record-change";
import type { RequestContext, Services } from "../context";
import { inTransaction } from "../db/transaction";
import { importPurchases } from "../import/import-purchases";
import { importRewardsApp } from "../import/import-rewards-app";
import { expectDone } from "../import/founding";
import type { Progress } from "../import/progress";
import { memberIdByNumber } from "../members/identity-claims";
import { mergeMembers } from "../members/merge-members";
import { demoAudiences } from "./demo-audiences";
import { demoOffers } from "./demo-offers";
import { demoWork, registerDemoActors } from "./demo-work";
import { loadAudiences } from "./load-audiences";
import { bankNumber, loadBankMembers } from "./load-bank-members";
import { catalogueSteps, idOf, loadCatalogue, type DemoCatalogue } from "./load-catalogue";
import { loadLinYue } from "./load-lin-yue";
import { loadOffers } from "./load-offers";
import { loadPurchases } from "./load-purchases";

/**
 * Loads the demo alliance: partners, merchants, programs, tags, saved audiences, offers with rules in every state, the
 * members and purchases of the real files in demo/, some three hundred made-up card holders, and somebody to sign in as
 * of every kind.
 *
 * Everything is found before it is made, so a load that was cut off goes on where it stopped; the last step leaves an
 * entry in the audit log, by which every later start knows that there is nothing to do. Throws what the database throws.
 */
export async function loadDemoAlliance(services: Services, { progress }: { readonly progress: Progress }): Promise<void> {
  const work = demoWork(services);
  if (await isLoaded(work)) return;
  const steps = catalogueSteps + demoAudiences.length + demoOffers.length;
  const founded = await inPart(progress, "Founding the alliance", steps, async (step) => {
    await registerDemoActors(work, ["staff", "service"]);
    const catalogue = await loadCatalogue(work, step);
    await registerDemoActors(work, ["partner"], { partnerIds: catalogue.partners });
    await loadAudiences(services, catalogue, step);
    return { catalogue, offers: await loadOffers(services, catalogue, step) };
  });
  await importRewardsApp(services, { ...rewardsFiles, progress });
  await importPurchases(services, { file: file("cdnow-purchases.txt.gz"), progress });
  await inPart(progress, "Welcoming members", 3, (step) => welcomeMembers(work, founded, step));
  await markLoaded(work);
}

async function welcomeMembers(
  work: RequestContext,
  { catalogue, offers }: { readonly catalogue: DemoCatalogue; readonly offers: ReadonlyMap<string, string> },
  step: () => void,
): Promise<void> {
  const bankMembers = await loadBankMembers(work, catalogue);
  step();
  const memberId = await loadLinYue(work.services, catalogue, offers);
  await registerDemoActors(work, ["member"], { memberId });
  step();
  await loadPurchases(work, catalogue, [...bankMembers, memberId]);
  await mergeTwins(work, catalogue);
  step();
}

async function inPart<Value>(
  progress: Progress,
  label: string,
  total: number,
  load: (step: () => void) => Promise<Value>,
): Promise<Value> {
  progress.begin(label, total);
  try {
    return await load(() => progress.advance(1));
  } finally {
    progress.end();
  }
}

/** The data files lie in the project, as far from the sources as from the compiled code. */
const file = (name: string) => join(__dirname, "..", "..", "demo", name);
const rewardsFiles = {
  portfolio: file("starbucks-portfolio.jsonl"),
  profile: file("starbucks-profile.jsonl.gz"),
  transcript: file("starbucks-transcript-18h.jsonl.gz"),
};

/** A member of the rewards app, without purchases, who turned out to be one of the bank's: what a merge leaves to see. */
async function mergeTwins(work: RequestContext, { partners }: DemoCatalogue): Promise<void> {
  const { app } = work.database;
  const appNumber = "faf74115a43b4f718f4d4c0de116ee8a";
  const sourceId = await memberIdByNumber(app, idOf(partners, "coffee-house"), appNumber);
  const targetId = await memberIdByNumber(app, idOf(partners, "river-bank"), bankNumber(7));
  // Once merged, both numbers answer with the same member.
  if (sourceId === undefined || targetId === undefined || sourceId === targetId) return;
  expectDone(await mergeMembers(work, { sourceId, targetId, reason: "The same person at the counter, by passport." }));
}

/** The demo's own chain in the audit log; its one entry says that the load is complete. */
const stream = "demo";

async function isLoaded({ database }: RequestContext): Promise<boolean> {
  return (await findAuditEntries(database.app, { stream }, { limit: 1, after: null })).length > 0;
}

async function markLoaded({ database, actor, services }: RequestContext): Promise<void> {
  const change = {
    stream,
    action: "loadDemoAlliance",
    resource: "Alliance:demo",
    event: { type: "demo.loaded", payload: {} },
  };
  await inTransaction(database.app, (tx) => recordChange(tx, { actor, now: services.clock() }, change));
}
