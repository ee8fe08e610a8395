import { newId } from "../../src/kernel/ids";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const operations = callers.staff("OPERATIONS");

const createPartnerDocument = `mutation ($input: CreatePartnerInput!) {
  createPartner(input: $input) { partner { id } userErrors { code } } }`;
const createMerchantDocument = `mutation ($input: CreateMerchantInput!) {
  createMerchant(input: $input) { merchant { id } userErrors { code } } }`;
const updateMerchantDocument = `mutation ($input: UpdateMerchantInput!) {
  updateMerchant(input: $input) { merchant { status revision } userErrors { code message path } } }`;
const createOutletDocument = `mutation ($input: CreateOutletInput!) {
  createOutlet(input: $input) { outlet { id } userErrors { code } } }`;
const updateOutletDocument = `mutation ($input: UpdateOutletInput!) {
  updateOutlet(input: $input) { outlet { status } userErrors { code message path } } }`;

let api: TestApi;

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content here; codegen's types by clients */
const mutate = async (document: string, input: object, actor = operations): Promise<any> =>
  Object.values(await api.ask<any>(actor, document, { input }))[0];

beforeAll(async () => {
  api = testApi((await testDatabase()).database);
  const document = `mutation ($input: DefineCategoryInput!) { defineCategory(input: $input) { userErrors { code } } }`;
  for (const code of ["coffee", "music"]) {
    expect((await mutate(document, { code, name: { en: code } })).userErrors).toEqual([]);
  }
});

async function aPartner() {
  const { partner } = await mutate(createPartnerDocument, { code: `p-${newId()}`, name: { en: "North Bank" } });
  const partnerId = partner.id as string;
  const portal = callers.partner(api.services.ids.forActor(operations).open(partnerId)?.id ?? "", ["merchant:write"]);
  return { partnerId, portal };
}

async function aMerchant(partnerId: string) {
  const input = { partnerId, code: `m-${newId()}`, name: { en: "Coffee House" }, categoryCode: "coffee" };
  return (await mutate(createMerchantDocument, input)).merchant.id as string;
}

describe("a suspension", () => {
  const suspend = (id: string) => mutate(updateMerchantDocument, { id, revision: 1, status: "SUSPENDED" });

  it("refuses a partner that lifts its own suspension, and leaves the merchant suspended", async () => {
    const { partnerId, portal } = await aPartner();
    const id = await aMerchant(partnerId);
    await suspend(id);
    const lifted = await mutate(
      updateMerchantDocument,
      { id, revision: 2, name: { en: "Free" }, status: "ACTIVE" },
      portal,
    );
    expect(lifted).toMatchObject({ merchant: null, userErrors: [{ code: "FORBIDDEN", path: ["input", "status"] }] });
    const { merchant } = await api.ask<any>(operations, `query ($id: ID!) { merchant(id: $id) { status revision } }`, {
      id,
    });
    expect(merchant).toEqual({ status: "SUSPENDED", revision: 2 });
    expect((await mutate(updateMerchantDocument, { id, revision: 2, status: "ACTIVE" })).userErrors).toEqual([]);
  });

  it.each(["SUSPENDED", "CLOSED"])("refuses a partner that makes its own merchant %s", async (status) => {
    const { partnerId, portal } = await aPartner();
    const id = await aMerchant(partnerId);
    const { userErrors } = await mutate(updateMerchantDocument, { id, revision: 1, status }, portal);
    expect(userErrors).toMatchObject([{ code: "FORBIDDEN", path: ["input", "status"] }]);
  });

  it("refuses a partner that files its merchant under another category, and takes the one it is under", async () => {
    const { partnerId, portal } = await aPartner();
    const id = await aMerchant(partnerId);
    const moved = await mutate(updateMerchantDocument, { id, revision: 1, categoryCode: "music" }, portal);
    expect(moved.userErrors).toMatchObject([{ code: "FORBIDDEN", path: ["input", "categoryCode"] }]);
    const same = { id, revision: 1, categoryCode: "coffee", status: "ACTIVE", websiteUrl: "https://coffee.example" };
    expect((await mutate(updateMerchantDocument, same, portal)).userErrors).toEqual([]);
  });

  it("of an outlet is lifted by the operator alone; the partner may close an outlet that is active", async () => {
    const { partnerId, portal } = await aPartner();
    const merchantId = await aMerchant(partnerId);
    const online = { merchantId, name: { en: "Shop" }, kind: "ONLINE", url: "https://shop.example" };
    const made = async (code: string) => (await mutate(createOutletDocument, { ...online, code })).outlet.id as string;
    const [suspended, closing] = [await made("1"), await made("2")];
    await mutate(updateOutletDocument, { id: suspended, revision: 1, status: "SUSPENDED" });
    for (const status of ["ACTIVE", "CLOSED"]) {
      const { userErrors } = await mutate(updateOutletDocument, { id: suspended, revision: 2, status }, portal);
      expect(userErrors).toMatchObject([{ code: "FORBIDDEN", path: ["input", "status"] }]);
    }
    const itself = await mutate(updateOutletDocument, { id: closing, revision: 1, status: "SUSPENDED" }, portal);
    expect(itself.userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    const closed = await mutate(updateOutletDocument, { id: closing, revision: 1, status: "CLOSED" }, portal);
    expect(closed).toMatchObject({ outlet: { status: "CLOSED" }, userErrors: [] });
    const lifted = await mutate(updateOutletDocument, { id: suspended, revision: 2, status: "ACTIVE" });
    expect(lifted).toMatchObject({ outlet: { status: "ACTIVE" }, userErrors: [] });
  });
});
