import { newId } from "../../src/kernel/ids";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { statementsOf } from "../support/statements";

const operations = callers.staff("OPERATIONS");

const createPartnerDocument = `mutation ($input: CreatePartnerInput!) {
  createPartner(input: $input) { partner { id code name } userErrors { code message path } } }`;
const createMerchantDocument = `mutation ($input: CreateMerchantInput!) {
  createMerchant(input: $input) { merchant { id code name revision } userErrors { code message path } } }`;
const updateMerchantDocument = `mutation ($input: UpdateMerchantInput!) {
  updateMerchant(input: $input) { merchant { name status revision websiteUrl } userErrors { code message path } } }`;
const createOutletDocument = `mutation ($input: CreateOutletInput!) {
  createOutlet(input: $input) { outlet { id code kind city revision } userErrors { code message path } } }`;
const updateOutletDocument = `mutation ($input: UpdateOutletInput!) {
  updateOutlet(input: $input) { outlet { name city status revision address } userErrors { code message path } } }`;

let api: TestApi;

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content here; codegen's types by clients */
const mutate = async (document: string, input: object, actor = operations): Promise<any> =>
  Object.values(await api.ask<any>(actor, document, { input }))[0];

beforeAll(async () => {
  api = testApi((await testDatabase()).database);
  for (const [code, en] of [
    ["coffee", "Coffee"],
    ["music", "Music"],
  ]) {
    const answer = await mutate(
      `mutation ($input: DefineCategoryInput!) { defineCategory(input: $input) { category { code } userErrors { code } } }`,
      { code, name: { en } },
    );
    expect(answer.userErrors).toEqual([]);
  }
});

async function aPartner() {
  const code = `p-${newId()}`;
  const { partner } = await mutate(createPartnerDocument, { code, name: { en: "North Bank", zhCN: "北方银行" } });
  return { id: partner.id as string, raw: api.services.ids.forActor(operations).open(partner.id as string)?.id ?? "" };
}

async function aMerchant(partnerId?: string, over: object = {}) {
  const input = {
    partnerId: partnerId ?? (await aPartner()).id,
    code: `m-${newId()}`,
    name: { en: "Coffee House", zhCN: "咖啡屋" },
    categoryCode: "coffee",
    ...over,
  };
  const { merchant } = await mutate(createMerchantDocument, input);
  return merchant as { id: string; code: string; revision: number };
}

describe("lists of partners and merchants", () => {
  it("take one statement for all their outlets, however many there are, and give each its own page", async () => {
    const partner = await aPartner();
    const own = [];
    for (let merchants = 0; merchants < 3; merchants += 1) {
      const merchant = await aMerchant(partner.id);
      own.push(merchant.id);
      for (const code of ["one", "two"]) {
        const place = { kind: "PHYSICAL", country: "CN", city: "Shanghai" };
        const input = { merchantId: merchant.id, code, name: { en: code }, ...place };
        expect((await mutate(createOutletDocument, input)).userErrors).toEqual([]);
      }
    }
    await aMerchant();
    const fields = `{ id merchants(first: 2, after: $after) { pageInfo { hasNextPage endCursor }
      nodes { id outlets(first: 1) { pageInfo { hasNextPage } nodes { code } } } } }`;
    let listed: any;
    const query = `query ($after: Cursor) { partners ${fields} }`;
    const statements = await statementsOf(api.services.database, async () => {
      listed = (await api.ask<any>(operations, query, {}, { catchUp: false })).partners;
    });
    // Partners and their merchants are in memory, their outlets are not.
    expect(statements).toHaveLength(1);
    expect(listed.length).toBeGreaterThan(1);
    const { nodes, pageInfo } = listed.find((each: any) => each.id === partner.id).merchants;
    expect(nodes.map((node: any) => node.id)).toEqual(own.slice(0, 2));
    expect(pageInfo.hasNextPage).toBe(true);
    for (const { outlets } of nodes) {
      expect(outlets).toEqual({ pageInfo: { hasNextPage: true }, nodes: [{ code: "one" }] });
    }
    const next = `query ($id: ID!, $after: Cursor) { node(id: $id) { ... on Partner ${fields} } }`;
    const { node } = await api.ask<any>(operations, next, { id: partner.id, after: pageInfo.endCursor });
    expect(node.merchants.nodes.map((each: any) => each.id)).toEqual(own.slice(2));
    expect(node.merchants.pageInfo.hasNextPage).toBe(false);
  });
});

describe("createPartner", () => {
  it("refuses a code that is taken", async () => {
    const input = { code: "twice", name: { en: "Once" } };
    expect((await mutate(createPartnerDocument, input)).userErrors).toEqual([]);
    const again = await mutate(createPartnerDocument, input);
    expect(again).toMatchObject({ partner: null, userErrors: [{ code: "ALREADY_EXISTS", path: ["input", "code"] }] });
  });

  it.each([["A"], ["With Space"], ["-dash"], ["x".repeat(64)]])(
    "refuses the code %s and says what was expected",
    async (code) => {
      const { userErrors } = await mutate(createPartnerDocument, { code, name: { en: "Name" } });
      expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "code"] }]);
      expect(userErrors[0].message).toContain(`"${code}"`);
    },
  );

  it.each(["nul \0", "line\nbreak", "escape \u001b[31m", "half \ud800"])(
    "refuses a name that cannot be printed: %j",
    async (text) => {
      const { userErrors } = await mutate(createPartnerDocument, { code: "unprintable", name: { zhCN: text } });
      expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "name"] }]);
      expect(userErrors[0]?.message).not.toContain(text);
    },
  );

  it("refuses a name in no language", async () => {
    const { userErrors } = await mutate(createPartnerDocument, { code: "nameless", name: {} });
    expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "name"] }]);
  });

  it.each([
    ["a marketer", callers.staff("MARKETER")],
    ["a partner", callers.partner(newId(), ["merchant:write"])],
    ["a member", callers.member(newId())],
  ])("refuses %s", async (_who, actor) => {
    const { userErrors } = await mutate(createPartnerDocument, { code: "forbidden", name: { en: "No" } }, actor);
    expect(userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
  });
});

describe("createMerchant", () => {
  it("refuses a partner, a category and a chain that do not exist, each by name", async () => {
    const merchant = await aMerchant();
    const { userErrors } = await mutate(createMerchantDocument, {
      partnerId: merchant.id,
      parentMerchantId: "nonsense",
      code: "dangling",
      name: { en: "Dangling" },
      categoryCode: "no-such",
    });
    expect(userErrors.map((error: { path: string[] }) => error.path[1])).toEqual([
      "partnerId",
      "categoryCode",
      "parentMerchantId",
    ]);
  });

  it("refuses a site that is not on the web", async () => {
    const partner = await aPartner();
    const { userErrors } = await mutate(createMerchantDocument, {
      partnerId: partner.id,
      code: "script-site",
      name: { en: "Script" },
      categoryCode: "coffee",
      websiteUrl: "javascript:alert(1)",
    });
    expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "websiteUrl"] }]);
  });

  it("shows the name in the caller's language", async () => {
    const merchant = await aMerchant();
    const document = `query ($id: ID!) { merchant(id: $id) { name nameTranslations { en zhCN } category { name } } }`;
    const chinese = await api.ask<any>(operations, document, { id: merchant.id }, { locale: "zh-CN" });
    expect(chinese.merchant).toEqual({
      name: "咖啡屋",
      nameTranslations: { en: "Coffee House", zhCN: "咖啡屋" },
      category: { name: "Coffee" },
    });
  });
});

describe("updateMerchant", () => {
  it("refuses a change made from an older revision, and leaves the merchant as it is", async () => {
    const { id } = await aMerchant();
    await mutate(updateMerchantDocument, { id, revision: 1, name: { en: "Second" } });
    const late = await mutate(updateMerchantDocument, { id, revision: 1, name: { en: "Third" } });
    expect(late).toMatchObject({ merchant: null, userErrors: [{ code: "VERSION_CONFLICT" }] });
    const now = await api.ask<any>(operations, `query ($id: ID!) { merchant(id: $id) { name revision } }`, { id });
    expect(now.merchant).toEqual({ name: "Second", revision: 2 });
  });

  it("lets exactly one of eight changes of the same revision through", async () => {
    const { id } = await aMerchant();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        mutate(updateMerchantDocument, { id, revision: 1, name: { en: `Name ${i}` } }),
      ),
    );
    const codes = answers.flatMap((answer) => answer.userErrors.map((error: { code: string }) => error.code));
    expect(codes).toEqual(Array(7).fill("VERSION_CONFLICT"));
  });

  it("refuses to open a closed merchant again", async () => {
    const { id } = await aMerchant();
    await mutate(updateMerchantDocument, { id, revision: 1, status: "CLOSED" });
    const { userErrors } = await mutate(updateMerchantDocument, { id, revision: 2, status: "ACTIVE" });
    expect(userErrors).toMatchObject([{ code: "WRONG_STATE", path: ["input", "status"] }]);
  });

  it("keeps what the input leaves out, and takes away what it says is null", async () => {
    const { id } = await aMerchant(undefined, { websiteUrl: "https://coffee.example" });
    const kept = await mutate(updateMerchantDocument, { id, revision: 1, name: { en: "New" } });
    expect(kept.merchant).toMatchObject({ websiteUrl: "https://coffee.example" });
    const gone = await mutate(updateMerchantDocument, { id, revision: 2, websiteUrl: null, name: null, status: null });
    expect(gone).toEqual({
      merchant: { name: "New", status: "ACTIVE", revision: 3, websiteUrl: null },
      userErrors: [],
    });
  });

  it("tells a partner that another's merchant was not found, and lets it change its own", async () => {
    const [own, other] = [await aPartner(), await aPartner()];
    const mine = await aMerchant(own.id);
    const theirs = await aMerchant(other.id);
    const portal = callers.partner(own.raw, ["merchant:write"]);
    const refused = await mutate(updateMerchantDocument, { id: theirs.id, revision: 1, name: { en: "Mine" } }, portal);
    expect(refused.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    const changed = await mutate(updateMerchantDocument, { id: mine.id, revision: 1, name: { en: "Mine" } }, portal);
    expect(changed).toMatchObject({ merchant: { name: "Mine" }, userErrors: [] });
    const reader = callers.partner(own.raw, ["merchant:read"]);
    const unscoped = await mutate(updateMerchantDocument, { id: mine.id, revision: 2, name: { en: "No" } }, reader);
    expect(unscoped.userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
  });
});

describe("outlets", () => {
  it.each([
    ["a physical outlet without a city", { kind: "PHYSICAL", country: "CN" }, "city"],
    ["a physical outlet without a country", { kind: "PHYSICAL", city: "Beijing" }, "country"],
    ["a country that is no code", { kind: "PHYSICAL", city: "Beijing", country: "China" }, "country"],
    ["an online outlet without an address on the web", { kind: "ONLINE" }, "url"],
    ["an online outlet in a city", { kind: "ONLINE", url: "https://shop.example", city: "Beijing" }, "city"],
    ["a blank code", { kind: "ONLINE", url: "https://shop.example", code: " " }, "code"],
  ])("refuses %s", async (_what, input, field) => {
    const merchant = await aMerchant();
    const base = { merchantId: merchant.id, code: "1", name: { en: "Outlet" } };
    const { userErrors } = await mutate(createOutletDocument, { ...base, ...input });
    expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", field] }]);
  });

  it("refuses the same number twice at one merchant, and takes it at another", async () => {
    const [first, second] = [await aMerchant(), await aMerchant()];
    const outlet = { code: "001", name: { en: "Mall" }, kind: "PHYSICAL", city: "Beijing", country: "CN" };
    expect((await mutate(createOutletDocument, { ...outlet, merchantId: first.id })).userErrors).toEqual([]);
    const twice = await mutate(createOutletDocument, { ...outlet, merchantId: first.id });
    expect(twice.userErrors).toMatchObject([{ code: "ALREADY_EXISTS" }]);
    expect((await mutate(createOutletDocument, { ...outlet, merchantId: second.id })).userErrors).toEqual([]);
  });

  it("refuses an outlet of a closed merchant", async () => {
    const { id } = await aMerchant();
    await mutate(updateMerchantDocument, { id, revision: 1, status: "CLOSED" });
    const outlet = { merchantId: id, code: "1", name: { en: "Late" }, kind: "ONLINE", url: "https://late.example" };
    expect((await mutate(createOutletDocument, outlet)).userErrors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("moves an outlet, but not out of every city", async () => {
    const { id: merchantId } = await aMerchant();
    const { outlet } = await mutate(createOutletDocument, {
      merchantId,
      code: "1",
      name: { en: "Outlet" },
      kind: "PHYSICAL",
      city: "Beijing",
      country: "CN",
      address: { en: "1 Main Street" },
    });
    const nowhere = await mutate(updateOutletDocument, { id: outlet.id, revision: 1, city: null });
    expect(nowhere.userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "city"] }]);
    const moved = await mutate(updateOutletDocument, { id: outlet.id, revision: 1, city: "Shanghai", address: null });
    expect(moved.outlet).toEqual({ name: "Outlet", city: "Shanghai", status: "ACTIVE", revision: 2, address: null });
  });
});

describe("merchants", () => {
  it("pages through every merchant once, in the order they came", async () => {
    const partner = await aPartner();
    const made = [];
    for (let i = 0; i < 5; i++) made.push((await aMerchant(partner.id)).id);
    const document = `query ($after: Cursor, $partner: ID) {
      merchants(first: 2, after: $after, filter: { partnerId: $partner }) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const seen: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { merchants }: any = await api.ask(operations, document, { after, partner: partner.id });
      seen.push(...merchants.nodes.map((node: { id: string }) => node.id));
      expect(merchants.pageInfo.hasPreviousPage).toBe(after !== null);
      ({ hasNextPage: more, endCursor: after } = merchants.pageInfo);
    }
    expect(seen).toEqual(made);
  });

  it("finds a merchant by a part of its name in any language, taking the wildcards of SQL as text", async () => {
    const partner = await aPartner();
    await aMerchant(partner.id, { name: { en: "Fifty % off", zhCN: "半价店" } });
    await aMerchant(partner.id, { name: { en: "Fifty off" } });
    const found = async (search: string) => {
      const document = `query ($s: String, $p: ID) { merchants(filter: { search: $s, partnerId: $p }) { nodes { name } } }`;
      const answer = await api.ask<any>(operations, document, { s: search, p: partner.id });
      return answer.merchants.nodes.length as number;
    };
    expect([await found("fifty"), await found("%"), await found("半价"), await found("_"), await found("\\")]).toEqual([
      2, 1, 1, 0, 0,
    ]);
  });

  it.each([
    ["a page of 101", `{ merchants(first: 101) { nodes { id } } }`, "first is 101, expected 0 to 100."],
    ["a negative page", `{ merchants(first: -1) { nodes { id } } }`, "first is -1, expected 0 to 100."],
    [
      "a cursor of its own making",
      `{ merchants(after: "bm8=") { nodes { id } } }`,
      "expected a cursor of this connection and filter",
    ],
  ])("refuses %s", async (_what, document, message) => {
    const { errors } = await api.execute(operations, document);
    expect(errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT" });
    expect(errors?.[0]?.message).toContain(message);
  });

  it("answers null for an id that was altered or is of another type", async () => {
    const partner = await aPartner();
    const { id } = await aMerchant(partner.id);
    const altered = `${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}`;
    for (const wrong of [altered, partner.id, "", "x"]) {
      const answer = await api.ask<any>(operations, `query ($id: ID!) { merchant(id: $id) { id } }`, { id: wrong });
      expect(answer.merchant).toBeNull();
    }
  });

  it("asks an anonymous caller to sign in", async () => {
    const { errors } = await api.execute({ kind: "anonymous" }, `{ merchants { nodes { id } } }`);
    expect(errors?.[0]?.extensions).toEqual({ code: "UNAUTHENTICATED" });
  });
});

describe("node", () => {
  it("finds partners, merchants and outlets, each as its type", async () => {
    const partner = await aPartner();
    const merchant = await aMerchant(partner.id);
    const { outlet } = await mutate(createOutletDocument, {
      merchantId: merchant.id,
      code: "1",
      name: { en: "Online" },
      kind: "ONLINE",
      url: "https://shop.example",
    });
    const ids = [merchant.id, "nonsense", outlet.id, partner.id];
    const { nodes } = await api.ask<any>(operations, `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, {
      ids,
    });
    expect(nodes).toEqual([
      { __typename: "Merchant", id: merchant.id },
      null,
      { __typename: "Outlet", id: outlet.id },
      { __typename: "Partner", id: partner.id },
    ]);
  });
});

it("takes a cursor back for the same connection and filter only", async () => {
  const partner = await aPartner();
  await aMerchant(partner.id);
  const page = `query ($filter: MerchantFilterInput, $after: Cursor) {
    merchants(first: 1, filter: $filter, after: $after) { pageInfo { endCursor } } }`;
  const filter = { partnerId: partner.id };
  const { merchants } = await api.ask<any>(operations, page, { filter });
  const after = merchants.pageInfo.endCursor as string;
  expect(await api.ask<any>(operations, page, { filter, after })).toEqual({
    merchants: { pageInfo: { endCursor: null } },
  });
  const portal = callers.partner(partner.raw, []);
  for (const [actor, document, variables] of [
    [operations, page, { after }],
    [operations, page, { filter: { ...filter, status: "ACTIVE" }, after }],
    [operations, `query ($after: Cursor) { outlets(first: 1, after: $after) { nodes { id } } }`, { after }],
    [portal, page, { filter, after }],
    [operations, page, { filter, after: "" }],
  ] as const) {
    const { errors } = await api.execute(actor, document, variables);
    expect(errors?.[0]?.message).toContain("expected a cursor of this connection and filter");
  }
});
