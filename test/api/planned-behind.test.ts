import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { callers, testApi } from "../support/api";
import { noon } from "../support/members-stage";
import { offersStage, recorded } from "../support/offers-stage";
import { executions } from "../support/planning-pair";
import { serveWorld, type ServedWorld } from "../support/served-world";

/*
 * A server whose snapshot is behind: what was founded since is there for everybody else, and a member's rows name it. It is
 * shown, and not taken for nothing because the plan does not find it in memory.
 */
let served: ServedWorld;
let code: string;
const member = { name: "the member", actor: callers.member("") };

beforeEach(async () => {
  const stage = await offersStage();
  const { partnerId } = await stage.merchant();
  const { memberId } = await stage.member(partnerId);
  const behind = testApi(stage.services.database, () => noon);
  await behind.services.catalogue.catchUp();
  const newer = await stage.merchant(partnerId);
  await recorded(stage, stage.purchase(newer, memberId));
  code = newer.code;
  Object.assign(member, { actor: callers.member(memberId) });
  const options = { compile: true, plans: roomPlans, callers: [member] };
  served = await serveWorld(buildAllianceSchema(), behind.services, options);
});
afterEach(() => served.stop());

async function answer(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const { body } = await served.ask(member, { body: { query, variables } });
  return (JSON.parse(body) as { data: unknown }).data;
}

it("shows a merchant that is newer than its snapshot below a member", async () => {
  const query = "{ viewer { member { purchases(first: 1) { nodes { merchant { code } } } } } }";
  expect(await answer(query)).toEqual({ viewer: { member: { purchases: { nodes: [{ merchant: { code } }] } } } });
  // Now the snapshot has it, and the plan answers.
  expect(await answer(query)).toEqual({ viewer: { member: { purchases: { nodes: [{ merchant: { code } }] } } } });
  expect(await executions(served.metrics)).toMatchObject({ declined: 1, planned: 1 });
});

it("finds it by its code", async () => {
  const query = "query ($code: String!) { merchant(code: $code) { code } }";
  expect(await answer(query, { code })).toEqual({ merchant: { code } });
});

it("says null of a merchant and of a program that nobody ever founded", async () => {
  expect(await answer(`{ merchant(code: "none") { code } program(code: "none") { code } }`)).toEqual({
    merchant: null,
    program: null,
  });
});
