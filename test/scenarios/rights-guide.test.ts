import path from "node:path";
import type { Actor } from "../../src/auth/core/actor";
import { createPartner } from "../../src/merchants/create-partner";
import { callers } from "../support/api";
import { valueOf } from "../support/members-stage";
import { benefitInput, packageInput, pickSlot, productInput, rightsStage, swapByTime } from "../support/rights-stage";
import { Placeholders, readPage, type Exchange } from "../support/tutorial-page";

/** The first instant of the cards' year. */
const now = new Date("2026-01-01T00:00:00+08:00");

const actors: Readonly<Record<string, Actor>> = {
  marketer: callers.staff("MARKETER"),
  approver: callers.staff("APPROVER"),
  support: callers.staff("SUPPORT"),
};

it("answers the guide to rights packages as the guide says", async () => {
  const stage = await rightsStage();
  const bank = valueOf(await createPartner(stage.work(), { code: "north-bank", name: { en: "North Bank" } }));
  const member = await stage.member(bank.partnerId);
  const placeholders = new Placeholders();
  placeholders.learn({ id: "$LIN" }, { id: stage.memberGid(actors["support"] as Actor, member) });

  /** What the guide leaves to the reader: the other packages, and the product that it then shows. */
  const theRest = async () => {
    await stage.publish("Benefit", "green-fee", benefitInput("north-bank", { category: "SPORT" }), now);
    await stage.publish("Benefit", "car-wash", benefitInput("north-bank"), now);
    await stage.publish("RightsPackage", "travel", packageInput("Travel", 120_000, ["airport-transfer"]), now);
    await stage.publish("RightsPackage", "golf", packageInput("Golf", 150_000, ["green-fee"]), now);
    await stage.publish("RightsPackage", "car", packageInput("Car", 60_000, ["car-wash"]), now);
    const packageCodes = ["travel", "golf", "car"];
    const fill = { pick: { picks: 1, packageCodes, defaultCodes: ["golf"] } };
    const slot = pickSlot("annual", packageCodes, { fill, swap: { ...swapByTime, perCycle: 1 } });
    await stage.publish("CardProduct", "platinum", productInput("Platinum", [slot]), now);
  };
  const ask = async ({ as, document, variables }: Exchange): Promise<unknown> => {
    const actor = actors[as];
    if (!actor) throw new Error(`the guide lets nobody called ${as} ask`);
    const filled = placeholders.fill(variables) as Record<string, unknown>;
    return JSON.parse(JSON.stringify(await stage.api.execute(actor, document, filled, { now })));
  };

  const { exchanges } = readPage(path.join(__dirname, "..", "..", "docs", "rights-guide.md"));
  expect(exchanges.length).toBeGreaterThan(9);
  let isWhole = false;
  for (const exchange of exchanges) {
    if (!isWhole && exchange.document.includes("rightsPackage(code")) {
      await theRest();
      isWhole = true;
    }
    const real = await ask(exchange);
    for (const answer of exchange.answers) expect(real).toEqual(placeholders.learn(answer, real));
  }
});
