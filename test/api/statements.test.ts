import { nobody } from "../../src/kernel/ids";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { isMemberless } from "../support/member-statements";
import { operations, withoutFields } from "../support/operations";
import { SentStatements } from "../support/sent-statements";
import { serveWorld, type Heard, type ServedWorld } from "../support/served-world";
import type { Viewer } from "../support/walk-secrets";
import { statementsStage, type StatementsStage } from "../support/statements-stage";

/*
 * How many SQL statements each document of schema/operations makes, asked through the route of a server that plans. Who
 * the caller is, is told by a stand-in, so that authentication's statements are not among them.
 */

jest.setTimeout(60_000);

let staged: StatementsStage;
let served: ServedWorld;
let sent: SentStatements;
const heard: string[] = [];

beforeAll(async () => {
  staged = await statementsStage((text) => heard.push(text));
  sent = new SentStatements(staged.services.database);
  served = await serve();
  // The members that have come since the last preview are taken up by the next one, whoever asks for it.
  await ask("marketer", operations.get("PreviewAudience") ?? "", everybody);
});
afterAll(() => served.stop());

const serve = () =>
  serveWorld(buildAllianceSchema(), staged.services, {
    ...{ compile: true, plans: roomPlans, callers: Object.values(staged.callers) },
  });

async function ask(caller: string, query: string, variables: object = {}, on = served): Promise<Answer> {
  const { status, body } = await on.ask(staged.callers[caller] as Viewer, { body: { query, variables } });
  const answer = JSON.parse(body) as Answer;
  expect({ status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
  return answer;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by what they hold */
interface Answer {
  readonly data: any;
  readonly errors?: Heard;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** Statements of a request: those of its transactions too, with what begins and ends them. */
async function statementsOf(work: () => Promise<Answer>): Promise<{ answer: Answer; statements: string[] }> {
  heard.length = 0;
  const answer = await work();
  return { answer, statements: heard.splice(0) };
}

interface Row {
  readonly caller: string;
  readonly statements: number;
  readonly variables?: () => object;
  /** That the answer is not an empty one. */
  readonly holds: (data: any) => unknown; // eslint-disable-line @typescript-eslint/no-explicit-any
}

let offerId = "";
const version = (revision: number) => () => ({ input: { offerId, version: 1, revision } });
const content = {
  ...{ name: { en: "Spend 20, get 5" }, termsText: { en: "At our house." }, kind: "CUMULATIVE_SPEND" },
  ...{ mark: { amountMinor: "2000", currency: "USD" }, reward: { amountMinor: "500", currency: "USD" } },
  ...{ validHours: 168, channels: ["EMAIL"], startsAt: "2026-01-01T00:00:00Z", audienceTags: [] },
};
const everybody = { source: { text: "member.tenure_days >= 0" } };
const window = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };
const page = () => ({ code: staged.merchantCode, ...window });

/** In this order: the offer that is drafted is published later. */
const rows: Readonly<Record<string, Row>> = {
  WhoAmI: { caller: "member", statements: 1, holds: (data) => data.viewer.member.id },
  MemberScreen: {
    ...{ caller: "member", statements: 1 },
    holds: ({ viewer: { member } }) => member.profile && member.accounts[0] && member.purchases.nodes[2],
  },
  MemberFile: {
    ...{ caller: "support", statements: 2 },
    variables: () => ({ partnerCode: staged.partnerCode, number: staged.number }),
    holds: ({ memberByIdentity }) => memberByIdentity.profile && memberByIdentity.offerDeliveries.nodes[2],
  },
  MemberList: { caller: "support", statements: 1, holds: (data) => data.members.nodes[49].accounts[0] },
  MemberTimeline: {
    ...{ caller: "support", statements: 9 },
    variables: () => ({ partnerCode: staged.partnerCode, number: staged.number }),
    holds: ({ memberByIdentity }) => memberByIdentity.timeline.nodes[4],
  },
  Wallet: {
    ...{ caller: "member", statements: 7 },
    holds: ({ viewer: { member } }) => member.accounts[0].lots.nodes[0] && member.transfers.nodes[0].entries[0],
  },
  MemberMatches: { caller: "member", statements: 1, holds: ({ viewer }) => viewer.member.matches.nodes[2].offer },
  ExplainOffer: {
    ...{ caller: "marketer", statements: 3 },
    variables: () => ({ memberId: staged.ids.member, offerId: staged.ids.offer, moment: { scene: "dining" } }),
    holds: (data) => data.explain.matches && data.explain.gates[4],
  },
  CheckRule: {
    ...{ caller: "marketer", statements: 0 },
    variables: () => ({ text: 'context.scene = "dining"', search: "member" }),
    holds: (data) => data.checkRule.rule && data.ruleFacts.nodes[2],
  },
  PreviewAudience: {
    ...{ caller: "marketer", statements: 7 },
    variables: () => everybody,
    holds: ({ previewAudience }) => previewAudience.count >= 55 && previewAudience.sample[0],
  },
  MerchantPage: { caller: "partner", statements: 4, variables: page, holds: (data) => data.merchant.loyalty },
  OfferBoard: { caller: "marketer", statements: 1, holds: (data) => data.offers.nodes[5].usedBy },
  ProgramTerms: { caller: "finance", statements: 2, holds: (data) => data.programs.nodes[0].valuePerPoint },
  TagCatalogue: { caller: "marketer", statements: 1, holds: (data) => data.tagDefinitions.nodes[0].usedBy },
  AuditTrail: { caller: "auditor", statements: 1, holds: (data) => data.auditLog.nodes[19] },
  DraftOffer: {
    ...{ caller: "marketer", statements: 18 },
    variables: () => ({
      input: { target: { newOffer: { merchantId: staged.ids.merchant, code: "spring" } }, content },
    }),
    holds: ({ draftOffer: { offer } }) => (offerId = offer.id),
  },
  SubmitOffer: { caller: "marketer", statements: 18, variables: version(1), holds: (data) => data.submitOffer.offer },
  ApproveOffer: { caller: "approver", statements: 18, variables: version(2), holds: (data) => data.approveOffer.offer },
  PublishOffer: { caller: "marketer", statements: 18, variables: version(3), holds: (data) => data.publishOffer.offer },
  PauseOffer: { caller: "marketer", statements: 18, variables: version(4), holds: (data) => data.pauseOffer.offer },
  EnrollMember: {
    ...{ caller: "partner", statements: 18 },
    variables: () => ({
      input: { partnerId: staged.ids.partner, number: "E-1", locale: "en", profile: { displayName: "Wang Wei" } },
    }),
    holds: (data) => data.enrollMember.member.identities[0],
  },
  RecordPurchase: {
    ...{ caller: "partner", statements: 22 },
    variables: () => ({
      input: {
        member: { identity: { partnerId: staged.ids.partner, number: staged.number } },
        ...{ merchantId: staged.ids.merchant, channel: "IN_STORE", amount: { amountMinor: "1250", currency: "USD" } },
        ...{ occurredAt: "2026-06-01T10:00:00Z", sourceReference: "till-7/0001" },
      },
    }),
    holds: (data) => data.recordPurchase.purchase,
  },
};

describe("the documents of schema/operations", () => {
  test("are counted, each of them", () => {
    expect([...operations.keys()].sort()).toEqual(Object.keys(rows).sort());
  });

  test.each(Object.entries(rows))(
    "%s",
    async (name, { caller, statements: expected, variables = () => ({}), holds }) => {
      const source = operations.get(name) ?? "";
      const { answer, statements } = await statementsOf(() => ask(caller, source, variables()));
      expect(holds(answer.data)).toBeTruthy();
      expect(statements).toHaveLength(expected);
    },
  );
});

/** As deep as it goes, with everything that a member has. */
const everything = `
  id status locale joinedAt createdAt updatedAt enrolledBy { name }
  profile { displayName email phone }
  accounts { id available held pending program { code issuer { name } tiers { rank name } } }
  tiers { validUntil tier { name } program { code } }
  tags { code name value { number } definition { code source { name } } }
  consents { purpose granted partner { name } }
  identities { id number partner { name } }
  activations(first: 3) { nodes { id offer { code } terms { name } } pageInfo { endCursor } }
  offerDeliveries(first: 3) { edges { cursor node { ...delivery } } pageInfo { hasNextPage endCursor } }
  purchases(first: 3) {
    nodes { id amount { amountMinor } completedDeliveries { ...delivery } merchant { ...merchant } }
    pageInfo { endCursor }
  }`;
const fragments = `
  fragment delivery on OfferDelivery {
    id state terms { name mark { amountMinor } } offer { code merchant { ...merchant } }
    progress { spent { amountMinor } completedAt }
  }
  fragment merchant on Merchant { name category { name } parent { name } partner { name } }`;

describe("a member's screen", () => {
  test.each([
    ["member", "{ viewer { member { WHOLE } } }", 1],
    ["support", "query ($id: ID!) { member(id: $id) { WHOLE } }", 1],
    ["service", "query ($id: ID!) { member(id: $id) { WHOLE } }", 1],
    ["partner", "query ($own: ID!) { member(id: $own) { WHOLE } }", 1],
    ["partner", "query ($number: String!) { memberByIdentity(number: $number) { WHOLE } }", 2],
    [
      "everything",
      "query ($code: String, $number: String!) { memberByIdentity(partnerCode: $code, number: $number) { WHOLE } }",
      2,
    ],
  ])("of everything, asked by %s as %s, takes as few", async (caller, query, expected) => {
    const { number, partnerCode: code } = staged;
    const variables = { id: staged.ids.member, own: staged.ids.membersOwn, number, code };
    const { answer, statements } = await statementsOf(() =>
      ask(caller, `${query.replace("WHOLE", everything)} ${fragments}`, variables),
    );
    expect(JSON.stringify(answer.data)).toContain('"completedDeliveries":[{');
    expect(statements).toHaveLength(expected);
    expect(statements.filter(isMemberless)).toEqual([]);
  });

  test("of two members takes as many as of each of them", async () => {
    const query = "query ($id: ID!, $other: ID!) { a: member(id: $id) { id } b: member(id: $other) { id } }";
    const variables = { id: staged.ids.member, other: staged.ids.another };
    expect((await statementsOf(() => ask("support", query, variables))).statements).toHaveLength(2);
  });
});

describe("fifty members", () => {
  test.each([
    ["support", "{ members(first: 50) { nodes { WHOLE } } }"],
    ["partner", "{ members(first: 50) { nodes { WHOLE } } }"],
  ])("with everything that %s may see take one statement", async (caller, query) => {
    // Pages in the list would cost more than a document may.
    const paged = /\n {2}(activations|offerDeliveries)\(.*|\n {2}purchases\([^]*/g;
    const whole = everything.replaceAll(paged, "");
    const { answer, statements } = await statementsOf(() => ask(caller, query.replace("WHOLE", whole)));
    expect(answer.data.members.nodes).toHaveLength(50);
    expect(statements).toHaveLength(1);
    // The one planned statement that is spread over all members: it is a list of them.
    expect(statements.filter(isMemberless)).toEqual(statements);
  });

  test("that are filtered are left to the loaders, and take three", async () => {
    const query = `query ($filter: MemberFilterInput) { members(first: 50, filter: $filter) {
      nodes { id accounts { available program { code } } } } }`;
    const { answer, statements } = await statementsOf(() => ask("support", query, { filter: { status: "ACTIVE" } }));
    expect(answer.data.members.nodes).toHaveLength(50);
    expect(statements).toHaveLength(3);
  });

  test("of which one is searched for take what finds it besides", async () => {
    const source = operations.get("MemberList") ?? "";
    const { answer, statements } = await statementsOf(() => ask("support", source, { search: staged.number }));
    expect(answer.data.members.nodes).toHaveLength(1);
    expect(statements).toHaveLength(6);
  });
});

describe("the catalogue", () => {
  test.each([
    ["ProgramTerms", "finance", ["usedBy"]],
    ["TagCatalogue", "marketer", ["usedBy"]],
    ["MerchantPage", "partner", ["loyalty", "outlets"]],
    ["OfferBoard", "marketer", ["usedBy", "versions"]],
  ])("is asked by %s without a statement", async (name, caller, left) => {
    const source = withoutFields(operations.get(name) ?? "", ...left);
    const { answer, statements } = await statementsOf(() => ask(caller, source, name === "MerchantPage" ? page() : {}));
    expect(JSON.stringify(answer.data)).toContain('"code"');
    expect(statements).toEqual([]);
  });
});

describe("the text of a planned statement", () => {
  const query = `query ($id: ID!, $first: Int!, $after: Cursor, $state: OfferDeliveryState, $codes: [String!],
    $filter: PurchaseFilterInput) { member(id: $id) {
      tags(codes: $codes) { code } offerDeliveries(first: $first, state: $state) { nodes { id } }
      purchases(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { endCursor } } } }`;

  test("does not change with the values of variables, and is prepared from its second use on", async () => {
    const server = await serve();
    const { ids } = staged;
    const filter = { from: "2026-06-01T13:30:00Z", merchantId: ids.merchant };
    const first = await ask("everything", query, { id: ids.member, first: 1, filter }, served);
    const after = first.data.member.purchases.pageInfo.endCursor as string;
    const given = [
      { id: ids.member, first: 1 },
      { id: ids.another, first: 3 },
      { id: ids.member, first: 1, after, filter },
      { id: ids.member, first: 100, state: "OPEN", codes: ["a", "b"] },
      { id: ids.another, first: 0, state: null, codes: [], filter: { before: "2026-06-01T15:00:00Z" } },
    ];
    const statements = await sent.of(async () => {
      for (const variables of given) await ask("everything", query, variables, server);
    });
    await server.stop();
    expect(new Set(statements.map(({ text }) => text)).size).toBe(1);
    expect(statements.map(({ prepared }) => prepared)).toEqual([false, true, true, true, true]);
  });

  test("holds nothing that the caller or its variables say", async () => {
    const statements = await sent.of(async () => {
      const variables = { id: staged.ids.membersOwn, first: 7, codes: ["a'b"], state: "LAPSED" };
      await ask("partner", query, variables);
      await ask("member", "{ viewer { member { id } } }");
    });
    expect(statements).toHaveLength(2);
    for (const { text } of statements)
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|a'b|= 'LAPSED'|limit (?!101\b)\d/);
  });

  // PostgreSQL plans anew for each execution where it takes a plan for the very parameters for cheaper.
  test.each([
    ["of requests that are answered together", "member", "{ viewer { member { accounts { available } } } }", 8],
    ["of a page", "support", "{ members(first: 50) { nodes { accounts { available } } } }", 1],
  ])("%s is planned once for a connection", async (_, caller, source, requests) => {
    const askAll = () => Promise.all(Array.from({ length: requests }, () => ask(caller, source)));
    await askAll();
    const statements = await sent.of(async () => void (await askAll()));
    const text = statements.find((each) => each.text.includes("unnest") || requests === 1)?.text ?? "";
    const places = new Set(text.match(/\$\d+/g)).size;
    // Of a page as short as this the plan for its very length is cheaper, in so small a database too.
    const params = requests === 1 ? [nobody, "2"] : Array.from({ length: places }, () => `{${nobody},${nobody}}`);
    expect(params).toHaveLength(places);
    // The connection may be one that has executed the server's own already, whose plans would be counted with these.
    const same = `${text} -- for this test`;
    const own = await staged.services.database.app.$client.reserve();
    try {
      for (let time = 0; time < 8; time++) await own.unsafe(same, params, { prepare: true });
      const found = await own.unsafe("select generic_plans from pg_prepared_statements where statement = $1", [same]);
      expect(found).toEqual([{ generic_plans: "3" }]);
    } finally {
      own.release();
    }
  });
});
