import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { mergeMembers } from "../../src/members/merge-members";
import { markOfferViewed } from "../../src/offers/mark-offer-viewed";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { callers } from "../support/api";
import { isMemberless } from "../support/member-statements";
import { noon, valueOf } from "../support/members-stage";
import { offersStage, type OffersStage } from "../support/offers-stage";
import { serveWorld, type ServedWorld } from "../support/served-world";
import type { Viewer } from "../support/walk-secrets";

/*
 * That the planner and the resolvers answer matches alike, and by how many statements: asked through the route of a
 * server that plans and of one that does not.
 */

jest.setTimeout(60_000);

let stage: OffersStage;
let merchant: Awaited<ReturnType<OffersStage["merchant"]>>;
let memberId: string;
let planned: ServedWorld;
let resolved: ServedWorld;
const viewers: Viewer[] = [];
const heard: string[] = [];

beforeAll(async () => {
  stage = await offersStage((text) => heard.push(text));
  merchant = await stage.merchant();
  memberId = await stage.memberOf(merchant);
  for (let count = 0; count < 5; count += 1) await stage.offer(merchant, { priority: 100 * count });
  await stage.offer(merchant, { rule: { equals: { fact: "context.scene", value: "fuel" } } });
  await stage.services.catalogue.catchUp();
  viewers.push(
    { name: "member", actor: callers.member(memberId) },
    { name: "marketer", actor: callers.staff("MARKETER") },
    { name: "partner", actor: callers.partner(merchant.partnerId, ["members:read", "offers:read"]) },
    { name: "scopeless", actor: callers.partner(merchant.partnerId, ["members:read"]) },
  );
  const schema = buildAllianceSchema();
  planned = await serveWorld(schema, stage.services, { compile: true, plans: roomPlans, callers: viewers });
  resolved = await serveWorld(schema, stage.services, { compile: false, callers: viewers });
});
afterAll(async () => {
  await planned.stop();
  await resolved.stop();
});

const query = `query ($id: ID!, $first: Int! = 10, $after: Cursor, $scene: Scene, $merchant: String, $kinds: [MatchKind!]) {
  member(id: $id) { matches(first: $first, after: $after, scene: $scene, merchant: $merchant, kinds: $kinds) {
    edges { cursor node { rank kind score { total response } reasons { text } offer { code name merchant { name } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

interface Asked {
  readonly body: string;
  readonly statements: readonly string[];
}

async function ask(on: ServedWorld, viewer: Viewer, variables: object, id = memberId): Promise<Asked> {
  heard.length = 0;
  const gid = stage.memberGid(viewer.actor, { memberId: id });
  const { body } = await on.ask(viewer, { body: { query, variables: { id: gid, ...variables } } });
  return { body, statements: heard.splice(0) };
}

describe("matches, planned and resolved", () => {
  test.each([0, 1, 2, 3])("are the same, by one statement (caller %i)", async (place) => {
    const viewer = viewers[place] as Viewer;
    for (const variables of [
      {},
      { first: 2 },
      { first: 0 },
      { scene: "fuel" },
      { merchant: merchant.code, kinds: ["OFFER"] },
    ]) {
      const one = await ask(planned, viewer, variables);
      const other = await ask(resolved, viewer, variables);
      expect(JSON.parse(one.body)).toEqual(JSON.parse(other.body));
      expect(one.statements).toHaveLength(1);
      expect(one.statements.filter(isMemberless)).toEqual([]);
      expect(other.statements.length).toBeLessThanOrEqual(3);
      expect(other.statements.filter(isMemberless)).toEqual([]);
    }
  });

  test.each<[string, object, string]>([
    ["a page that is too long", { first: 101 }, "first is 101"],
    ["a merchant that there is none", { merchant: "nowhere" }, "expected the code of a merchant"],
    ["a cursor that is none", { after: "AAAA" }, "expected a cursor"],
  ])("refuse %s in the same words", async (_, variables, words) => {
    const viewer = viewers[0] as Viewer;
    const [one, other] = [await ask(planned, viewer, variables), await ask(resolved, viewer, variables)];
    expect(JSON.parse(one.body)).toEqual(JSON.parse(other.body));
    expect(one.body).toContain(words);
  });

  test("go on by a cursor that the other one gave", async () => {
    const viewer = viewers[1] as Viewer;
    const first = JSON.parse((await ask(planned, viewer, { first: 2 })).body);
    const after = first.data.member.matches.pageInfo.endCursor as string;
    const [one, other] = [
      await ask(planned, viewer, { first: 2, after }),
      await ask(resolved, viewer, { first: 2, after }),
    ];
    expect(JSON.parse(one.body)).toEqual(JSON.parse(other.body));
    expect(
      JSON.parse(one.body).data.member.matches.edges.map((edge: { node: { rank: number } }) => edge.node.rank),
    ).toEqual([3, 4]);
  });

  test("of a member into whom another was merged count what that one did", async () => {
    const viewer = viewers[1] as Viewer;
    const { offerId, code } = await stage.offer(merchant, { priority: 1000 });
    const [source, target] = [await stage.memberOf(merchant), await stage.memberOf(merchant)];
    const sent = { offerId, memberId: source, channel: "EMAIL", sourceReference: `m-${source}` } as const;
    const { deliveryId } = valueOf(await deliverOffer(stage.work(), sent));
    valueOf(await markOfferViewed(stage.work(undefined, noon), { memberId: source, deliveryId }));
    await stage.services.catalogue.catchUp();
    const responseOf = (body: string) =>
      JSON.parse(body).data.member.matches.edges.find(
        (edge: { node: { offer: { code: string } } }) => edge.node.offer.code === code,
      ).node.score.response as number;
    expect(responseOf((await ask(planned, viewer, {}, target)).body)).toBe(20 * 500);
    valueOf(await mergeMembers(stage.work(), { sourceId: source, targetId: target, reason: "one person" }));
    const [one, other] = [await ask(planned, viewer, {}, target), await ask(resolved, viewer, {}, target)];
    expect(JSON.parse(one.body)).toEqual(JSON.parse(other.body));
    expect(responseOf(one.body)).toBe(20 * 333);
  });
});
