import type { Actor } from "../../src/auth/core/actor";
import { callers } from "./api";
import { benefitInput, packageInput, pickSlot, productInput, swapByTime } from "./rights-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

type Run = (actor: Actor, name: string, input: object) => Promise<any>;
type Ask = (document: string, variables: Record<string, unknown>) => Promise<any>;

const marketer = callers.staff("MARKETER", "SUPPORT", "RISK");
const approver = callers.staff("APPROVER");
const laterOn = new Date("2027-01-01T00:00:00Z");

/** Every mutation of rights: three kinds of things through their whole life, and a card through its own. */
export async function liveThroughRights(
  run: Run,
  ask: Ask,
  { memberId, partnerCode }: { memberId: string; partnerCode: string },
): Promise<void> {
  const stock = { units: 100, per: "MONTH" };
  const often = { terms: { countedService: { quota: { units: 9, per: "MONTH" } } }, stock };
  await publish(run, "Benefit", "wash", benefitInput(partnerCode, often));
  await publish(run, "Benefit", "round", benefitInput(partnerCode, { ...often, fulfilment: "SUPPLIER_CALL" }));
  for (const [code, ...benefits] of [
    ["travel", "wash"],
    ["golf", "round"],
    ["car", "wash", "round"],
  ] as const) {
    await publish(run, "RightsPackage", code, packageInput(code, 1_000, benefits));
  }
  await run(marketer, "copyRightsPackage", { fromCode: "travel", code: "travel-lite" });
  const slot = pickSlot("annual", ["travel", "golf", "car"], {
    fill: { pick: { picks: 1, packageCodes: ["travel", "golf", "car"], defaultCodes: ["travel"] } },
    electionWindow: {},
    swap: swapByTime,
  });
  for (const code of ["platinum", "diamond"]) await publish(run, "CardProduct", code, productInput(code, [slot]));
  await liveACard(run, ask, memberId);
}

async function publish(run: Run, type: string, code: string, content: object): Promise<void> {
  let { item, version } = await run(marketer, `draft${type}`, { target: { new: { code } }, content });
  const step = async (actor: Actor, verb: string, more: object = {}) => {
    const input = { id: item.id, version: version.version, revision: version.revision, ...more };
    ({ item, version } = await run(actor, `${verb}${type}`, input));
  };
  await step(marketer, "edit", { content });
  await step(marketer, "submit");
  await step(approver, "reject");
  await step(marketer, "submit");
  await step(approver, "approve");
  await step(marketer, "schedule", { publishAt: laterOn });
  for (const verb of ["publish", "pause", "resume"]) await step(marketer, verb);
  ({ item, version } = await run(marketer, `return${type}`, { id: item.id, version: version.version }));
  await step(marketer, "end");
}

async function liveACard(run: Run, ask: Ask, memberId: string): Promise<void> {
  const input = { member: { id: memberId }, productCode: "platinum", token: "token-of-a-card", openedOn: "2026-01-01" };
  const cardId = (await run(marketer, "registerCard", input)).card.id;
  await run(marketer, "replaceCard", { cardId, token: "token-of-new-plastic" });
  const chosen = await run(marketer, "electPackage", { cardId, slotCode: "annual", packageCode: "golf" });
  const { quote } = await run(marketer, "quoteSwap", { electionId: chosen.election.id, packageCode: "car" });
  await run(marketer, "swapPackage", { swapId: quote.id });
  await useEverything(run, ask, memberId);
  await run(marketer, "changeCardProduct", { cardId, productCode: "diamond" });
  for (const name of ["freezeCard", "unfreezeCard", "closeCard"]) await run(marketer, name, { cardId });
}

const usable = `query ($id: ID!) { member(id: $id) { entitlements(filter: { standings: [USABLE] }) { nodes { id benefitCode } } } }`;

/** Every mutation that uses what the member holds. */
async function useEverything(run: Run, ask: Ask, memberId: string): Promise<void> {
  const { nodes } = (await ask(usable, { id: memberId })).member.entitlements;
  const idOf = (code: string) => nodes.find((each: { benefitCode: string }) => each.benefitCode === code).id as string;
  const { service } = callers;
  const claimed = await run(service, "claimBenefit", { entitlementId: idOf("round"), idempotencyKey: "claim" });
  const claim = { redemptionId: claimed.redemption.id };
  await run(service, "confirmRedemption", { ...claim, supplierReference: "V-1" });
  await run(service, "completeRedemption", claim);
  await run(service, "reverseRedemption", claim);
  const entitlement = { id: idOf("wash") };
  const { code } = await run(service, "issueRedemptionCode", { entitlementId: entitlement.id });
  await run(service, "redeemEntitlement", { entitlement: { code }, idempotencyKey: "redeem" });
  await run(service, "uploadRedemptions", { lines: [{ entitlement, idempotencyKey: "upload" }] });
  await run(service, "checkEntitlement", { entitlement, reserve: true, idempotencyKey: "reserve" });
  const again = await run(service, "claimBenefit", { entitlementId: idOf("round"), idempotencyKey: "another" });
  await run(service, "releaseRedemption", { redemptionId: again.redemption.id });
}
