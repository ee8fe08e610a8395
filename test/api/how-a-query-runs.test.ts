import { readFileSync } from "node:fs";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { valueOf } from "../support/members-stage";
import { SentStatements } from "../support/sent-statements";
import { serveWorld, type ServedWorld } from "../support/served-world";
import { statementsStage, type StatementsStage } from "../support/statements-stage";
import type { Viewer } from "../support/walk-secrets";

/* What docs/how-a-query-runs.md says of its request is what happens to it. */

jest.setTimeout(60_000);

const page = readFileSync("docs/how-a-query-runs.md", "utf8");

/** The first block of the page that is marked with the language. */
function blockOf(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "m").exec(page)?.[1];
  if (block === undefined) throw new Error(`the page has no block of ${language}`);
  return block;
}

let staged: StatementsStage;
let served: ServedWorld;
let sent: SentStatements;

beforeAll(async () => {
  staged = await statementsStage(() => undefined);
  await deliverOpenOffer(staged);
  sent = new SentStatements(staged.services.database);
  const callers = Object.values(staged.callers);
  served = await serveWorld(buildAllianceSchema(), staged.services, { compile: true, plans: roomPlans, callers });
});
afterAll(() => served.stop());

/** The stage's own offers are completed. */
async function deliverOpenOffer({ stage, services, memberId, merchantCode }: StatementsStage): Promise<void> {
  const merchant = services.catalogue.current.merchantsByCode.get(merchantCode);
  if (!merchant) throw new Error("the stage has no merchant");
  const { offerId } = await stage.offer(merchant);
  const delivery = { offerId, memberId, channel: "EMAIL" as const, sourceReference: "mail-open" };
  valueOf(await deliverOffer(stage.work(), delivery));
  await services.catalogue.catchUp();
}

async function ask(caller: string): Promise<{ readonly status: number; readonly body: string }> {
  const body = { query: blockOf("graphql"), variables: JSON.parse(blockOf("json")) as object };
  return served.ask(staged.callers[caller] as Viewer, { body });
}

test("the page's query is answered to a member by a plan, with the page's one statement", async () => {
  let answer = "";
  const statements = await sent.of(async () => (answer = (await ask("member")).body));
  const { member } = (JSON.parse(answer) as { data: { viewer: { member: Record<string, any> } } }).data.viewer; // eslint-disable-line @typescript-eslint/no-explicit-any
  expect(member["accounts"]).toHaveLength(1);
  expect(member["offerDeliveries"].nodes).toEqual([
    { lapsesAt: expect.any(String), offer: { name: expect.any(String), merchant: { name: expect.any(String) } } },
  ]);
  expect((await served.metrics.registry.getSingleMetric("alliance_graphql_executions_total")?.get())?.values).toEqual([
    { labels: { way: "planned" }, value: 1 },
  ]);
  expect(statements).toHaveLength(1);
  expect(withoutSpace(statements[0]?.text ?? "")).toBe(withoutSpace(blockOf("sql")));
});

/** Where lines break, and what is said at their ends, is the page's business. */
function withoutSpace(sql: string): string {
  return sql.replaceAll(/--.*$/gm, "").replaceAll(/\s/g, "");
}
