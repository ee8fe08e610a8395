import type { Actor } from "../../src/auth/core/actor";
import { callers } from "./api";
import { benefitInput, packageInput, pickSlot, productInput, swapByTime } from "./rights-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

type Run = (actor: Actor, name: string, input: object) => Promise<any>;

const marketer = callers.staff("MARKETER", "SUPPORT", "RISK");
const approver = callers.staff("APPROVER");
const laterOn = new Date("2027-01-01T00:00:00Z");

/** Every mutation of rights: three kinds of things through their whole life, and a card through its own. */
export async function liveThroughRights(
  run: Run,
  { memberId, partnerCode }: { memberId: string; partnerCode: string },
): Promise<void> {
  for (const code of ["wash", "round"]) await publish(run, "Benefit", code, benefitInput(partnerCode));
  for (const [code, benefit] of [
    ["travel", "wash"],
    ["golf", "round"],
    ["car", "wash"],
  ] as const) {
    await publish(run, "RightsPackage", code, packageInput(code, 1_000, [benefit]));
  }
  await run(marketer, "copyRightsPackage", { fromCode: "travel", code: "travel-lite" });
  const slot = pickSlot("annual", ["travel", "golf", "car"], {
    fill: { pick: { picks: 1, packageCodes: ["travel", "golf", "car"], defaultCodes: ["travel"] } },
    electionWindow: {},
    swap: swapByTime,
  });
  for (const code of ["platinum", "diamond"]) await publish(run, "CardProduct", code, productInput(code, [slot]));
  await liveACard(run, memberId);
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

async function liveACard(run: Run, memberId: string): Promise<void> {
  const input = { member: { id: memberId }, productCode: "platinum", token: "token-of-a-card", openedOn: "2026-01-01" };
  const cardId = (await run(marketer, "registerCard", input)).card.id;
  await run(marketer, "replaceCard", { cardId, token: "token-of-new-plastic" });
  const chosen = await run(marketer, "electPackage", { cardId, slotCode: "annual", packageCode: "golf" });
  const { quote } = await run(marketer, "quoteSwap", { electionId: chosen.election.id, packageCode: "car" });
  await run(marketer, "swapPackage", { swapId: quote.id });
  await run(marketer, "changeCardProduct", { cardId, productCode: "diamond" });
  for (const name of ["freezeCard", "unfreezeCard", "closeCard"]) await run(marketer, name, { cardId });
}
