import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { callers } from "../support/api";
import { entitlementsStage, washes, type EntitlementsStage, type Held } from "../support/entitlements-stage";
import type * as Fakes from "../support/fake-benefits";
import { noon, valueOf } from "../support/members-stage";

jest.mock(
  "../../src/benefits/published-benefits",
  () => jest.requireActual<typeof Fakes>("../support/fake-benefits").publishedWithFakes,
);

let stage: EntitlementsStage;

beforeAll(async () => {
  stage = await entitlementsStage();
});

const shown = `id benefitCode benefitVersion kind category name fulfilment quantity way validFrom validUntil standing
  terms { __typename ... on CountedServiceTerms { quota { units per carryOver } } }
  quota { from to units used left } later: quota(at: "2026-07-15T00:00:00Z") { used left }
  ended: standing(at: "2026-12-31T16:00:00Z") redemptions { id state units merchant { id } costs { funderCode amount { amountMinor } } }`;
const entitlementsOf = `query ($id: ID!, $filter: EntitlementFilterInput, $first: Int = 20, $after: Cursor) { member(id: $id) {
  entitlements(first: $first, after: $after, filter: $filter) { nodes { ${shown} } pageInfo { hasNextPage endCursor } } } }`;
const redeem = `mutation ($input: RedeemEntitlementInput!) { redeemEntitlement(input: $input) {
  redemption { id state units } isRepeated userErrors { code message path } } }`;
const check = `mutation ($input: CheckEntitlementInput!) { checkEntitlement(input: $input) {
  check { isUsable units stockLeft quota { left } refusals { code message possibleAt } reservation { id state } entitlement { id } }
  userErrors { code path } } }`;
const issue = `mutation ($input: IssueRedemptionCodeInput!) { issueRedemptionCode(input: $input) {
  code qrPayload expiresAt userErrors { code path } } }`;
const claim = `mutation ($input: ClaimBenefitInput!) { claimBenefit(input: $input) { redemption { id state } userErrors { code } } }`;
const upload = `mutation ($input: UploadRedemptionsInput!) { uploadRedemptions(input: $input) {
  lines { redemption { state } isRepeated refusals { code } } userErrors { code } } }`;
const step = (
  name: string,
) => `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
  redemption { id state supplierReference } userErrors { code } } }`;

const idFor = (actor: Actor, { memberId, entitlementId }: Held) =>
  stage.services.ids.forActor(actor).seal("Entitlement", entitlementId, memberId);
const merchantGid = () => stage.services.ids.forActor(callers.service).seal("Merchant", stage.merchantOf.merchantId);
const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);
const heldBy = async (over: Parameters<EntitlementsStage["benefit"]>[0] = {}, at?: string) => {
  const partnerId = at ?? stage.merchantOf.partnerId;
  const member = await stage.member(partnerId);
  const held = await stage.held(stage.benefit(over), { memberId: member.memberId });
  return { held, memberId: member.memberId, self: callers.member(member.memberId) };
};
const seen = async (actor: Actor, held: Held, variables = {}) => {
  const id = stage.memberGid(actor, held);
  const { member } = await stage.ask(actor, entitlementsOf, { id, ...variables });
  return member?.entitlements?.nodes ?? null;
};

describe("what a member holds", () => {
  it("is shown to it with terms, standing and quota at an instant", async () => {
    const { held, self } = await heldBy();
    valueOf(await stage.redeem(held));
    expect(await seen(self, held)).toEqual([
      expect.objectContaining({
        ...{ benefitCode: "b", benefitVersion: 1, kind: "COUNTED_SERVICE", category: "CAR", name: "Car wash" },
        ...{ fulfilment: "AT_TILL", quantity: 1, way: "ELECTION", standing: "USABLE", ended: "EXPIRED" },
        terms: { __typename: "CountedServiceTerms", quota: { units: 2, per: "MONTH", carryOver: false } },
        quota: { from: "2026-05-31T16:00:00.000Z", to: "2026-06-30T16:00:00.000Z", units: 2, used: 1, left: 1 },
        later: { used: 0, left: 2 },
        redemptions: [expect.objectContaining({ state: "COMPLETED", units: 1, costs: null })],
      }),
    ]);
  });

  it("is filtered by standing, kind and category, and read page by page", async () => {
    const { held, memberId, self } = await heldBy();
    const other = await stage.held(
      stage.benefit({ category: "SPORT", terms: { ...washes(), kind: "MEMBERSHIP" } as never }),
      { memberId },
    );
    const over = await stage.held(held.benefitId, { memberId, validUntil: noon });
    const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id);
    const find = async (filter: object) => ids(await seen(self, held, { filter }));
    expect(await find({ standings: ["EXPIRED"] })).toEqual([idFor(self, over)]);
    expect((await find({ standings: ["EXPIRED"], at: "2027-01-01T00:00:00Z" })).length).toBe(3);
    expect(await find({ kind: "MEMBERSHIP" })).toEqual([idFor(self, other)]);
    expect(await find({ category: "SPORT" })).toEqual([idFor(self, other)]);
    const id = stage.memberGid(self, held);
    const all: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- else its type would come of itself
      const page: any = (await stage.ask(self, entitlementsOf, { id, first: 1, after })).member.entitlements;
      all.push(...ids(page.nodes));
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    expect(new Set(all)).toEqual(new Set([held, other, over].map((each) => idFor(self, each))));
    expect(all).toHaveLength(3);
  });

  it("is shown to partners as far as it concerns them, and to nobody else", async () => {
    const bank = await stage.partner();
    const { held, memberId } = await heldBy({}, bank);
    const read = (partnerId: string) => callers.partner(partnerId, ["members:read"]);
    expect(await seen(read(bank), held)).toEqual([]);
    expect(await seen(read(stage.merchantOf.partnerId), held)).toBeNull();
    const partner = stage.services.catalogue.current.partners.get(bank)!;
    const theirs = await stage.held(stage.benefit({ supplierCode: partner.code }), { memberId });
    expect((await seen(read(bank), held)).map(({ id }: { id: string }) => id)).toEqual([idFor(read(bank), theirs)]);
    expect(await seen(callers.staff("SUPPORT"), held)).toHaveLength(2);
    const stranger = await stage.member(bank);
    expect(await seen(callers.member(stranger.memberId), held)).toBeNull();
  });

  it("tells finance what its uses cost, and is found as a node by who may see it", async () => {
    const { held, self } = await heldBy();
    valueOf(await stage.redeem(held));
    const finance = callers.staff("FINANCE");
    const [node] = await seen(finance, held);
    expect(node.redemptions[0].costs).toEqual([
      { funderCode: "bank", amount: { amountMinor: "668" } },
      { funderCode: "brand", amount: { amountMinor: "333" } },
    ]);
    const ask = `query ($id: ID!) { node(id: $id) { id __typename } }`;
    const { id } = node.redemptions[0];
    expect((await stage.ask(self, ask, { id })).node).toEqual({ id, __typename: "Redemption" });
    expect((await stage.ask(self, ask, { id: node.id })).node).toEqual({ id: node.id, __typename: "Entitlement" });
    const stranger = callers.member((await stage.member(await stage.partner())).memberId);
    expect((await stage.ask(stranger, ask, { id })).node).toBeNull();
    expect((await stage.ask(callers.staff("APPROVER"), ask, { id: node.id })).node).toBeNull();
  });
});

describe("by its code", () => {
  it("a member is served at a till that does not know it, once", async () => {
    const { held, self } = await heldBy({}, await stage.partner());
    const issued = await stage.mutate(self, issue, { entitlementId: idFor(self, held) });
    expect(issued).toMatchObject({
      qrPayload: `RDM1:${issued.code}`,
      expiresAt: "2026-06-01T12:05:00.000Z",
      userErrors: [],
    });
    const input = { entitlement: { code: issued.qrPayload }, merchantId: merchantGid(), idempotencyKey: newId() };
    expect(await stage.mutate(stage.till, redeem, input)).toMatchObject({
      redemption: { state: "COMPLETED" },
      isRepeated: false,
    });
    expect(await stage.mutate(stage.till, redeem, input)).toMatchObject({ isRepeated: true });
    const again = await stage.mutate(stage.till, redeem, { ...input, idempotencyKey: newId() });
    expect(again.userErrors).toEqual([
      { code: "CODE_INVALID", message: "The code was used already.", path: ["input", "entitlement", "code"] },
    ]);
  });

  it("is served at no merchant of another partner, and none who is not a till", async () => {
    const { held, self } = await heldBy();
    const { code } = await stage.mutate(self, issue, { entitlementId: idFor(self, held) });
    const input = () => ({ entitlement: { code }, merchantId: merchantGid(), idempotencyKey: newId() });
    const cases: [Actor, string][] = [
      [callers.partner(await stage.partner(), ["purchases:write"]), "NOT_FOUND"],
      [callers.partner(stage.merchantOf.partnerId, ["members:write"]), "FORBIDDEN"],
      [self, "FORBIDDEN"],
      [callers.staff("OPERATIONS", "SUPPORT"), "FORBIDDEN"],
    ];
    for (const [actor, code] of cases) expect(codes(await stage.mutate(actor, redeem, input()))).toEqual([code]);
    const { errors } = await stage.api.execute({ kind: "anonymous" }, redeem, { input: input() });
    expect(errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
    const nowhere = { ...input(), merchantId: null };
    expect(codes(await stage.mutate(stage.till, redeem, nowhere))).toEqual(["INVALID_INPUT"]);
  });

  it("is made by nobody but itself and services", async () => {
    const { held } = await heldBy();
    for (const actor of [stage.till, callers.staff("SUPPORT")]) {
      expect(codes(await stage.mutate(actor, issue, { entitlementId: idFor(actor, held) }))).toEqual(["FORBIDDEN"]);
    }
    const other = callers.member((await stage.member(await stage.partner())).memberId);
    expect(codes(await stage.mutate(other, issue, { entitlementId: idFor(other, held) }))).toEqual(["NOT_FOUND"]);
    expect(codes(await stage.mutate(callers.service, issue, { entitlementId: idFor(callers.service, held) }))).toEqual(
      [],
    );
  });
});

describe("asking", () => {
  it("answers every reason, and reserves what it promises", async () => {
    const { held, self } = await heldBy({ terms: washes(1), stock: { units: 3, per: "MONTH" } });
    const input = { entitlement: { id: idFor(self, held) }, merchantId: merchantGid() };
    expect((await stage.mutate(self, check, input)).check).toMatchObject({
      isUsable: true,
      units: 1,
      stockLeft: 3,
      refusals: [],
      reservation: null,
    });
    expect(codes(await stage.mutate(self, check, { ...input, reserve: true }))).toEqual(["INVALID_INPUT"]);
    const reserved = await stage.mutate(self, check, { ...input, reserve: true, idempotencyKey: "r" });
    expect(reserved.check).toMatchObject({
      isUsable: true,
      stockLeft: 2,
      quota: { left: 0 },
      reservation: { state: "RESERVED" },
    });
    const again = await stage.mutate(self, check, { ...input, reserve: true, idempotencyKey: "r" });
    expect(again.check.reservation).toEqual(reserved.check.reservation);
    const used = await stage.mutate(self, check, input);
    expect(used.check.refusals).toEqual([
      expect.objectContaining({ code: "QUOTA_USED", possibleAt: "2026-06-30T16:00:00.000Z" }),
    ]);
    const released = await stage.mutate(self, step("releaseRedemption"), {
      redemptionId: reserved.check.reservation.id,
    });
    expect(released).toMatchObject({ redemption: { state: "RELEASED" }, userErrors: [] });
    expect((await stage.mutate(self, check, input)).check).toMatchObject({ isUsable: true, stockLeft: 3 });
  });
});

describe("a claim", () => {
  it("is its member's, and its outcome is told by the supplier or a service alone", async () => {
    const supplier = await stage.partner();
    const { code } = (await stage.services.catalogue.catchUp()).partners.get(supplier)!;
    const { held, self } = await heldBy({ fulfilment: "SUPPLIER_CALL", supplierCode: code });
    const input = { entitlementId: idFor(self, held), idempotencyKey: newId() };
    const { redemption } = await stage.mutate(self, claim, input);
    expect(redemption.state).toBe("RESERVED");
    const raw = stage.services.ids.forActor(self).open(redemption.id)!;
    const confirm = (actor: Actor) =>
      stage.mutate(actor, step("confirmRedemption"), {
        redemptionId: stage.services.ids.forActor(actor).seal("Redemption", raw.id, raw.memberId),
        supplierReference: "V-7",
      });
    expect(codes(await confirm(self))).toEqual(["FORBIDDEN"]);
    expect(codes(await confirm(stage.till))).toEqual(["NOT_FOUND"]);
    expect(await confirm(callers.partner(supplier, ["purchases:write"]))).toMatchObject({
      redemption: { state: "CONFIRMED", supplierReference: "V-7" },
    });
    expect(codes(await stage.mutate(callers.staff("SUPPORT"), claim, input))).toEqual(["FORBIDDEN"]);
  });
});

describe("an upload", () => {
  it("answers line by line, in the order in which they were sent, and once more the same", async () => {
    const { held } = await heldBy({ terms: washes(1) });
    const entitlement = { id: idFor(stage.till, held) };
    const line = (occurredAt: string) => ({
      entitlement,
      merchantId: merchantGid(),
      occurredAt,
      idempotencyKey: newId(),
    });
    const input = {
      lines: [
        line("2026-06-01T11:00:00Z"),
        line("2026-06-01T10:00:00Z"),
        line("2026-05-01T00:00:00Z"),
        line("2027-01-01T00:00:00Z"),
      ],
    };
    const come = (lines: { redemption: object | null; refusals: { code: string }[] }[]) =>
      lines.map(({ redemption, refusals }) => (redemption ? "done" : refusals[0]?.code));
    const expected = ["QUOTA_USED", "done", "done", "INVALID_INPUT"];
    expect(come((await stage.mutate(stage.till, upload, input)).lines)).toEqual(expected);
    const again = await stage.mutate(stage.till, upload, input);
    expect(come(again.lines)).toEqual(expected);
    expect(again.lines.map(({ isRepeated }: { isRepeated: boolean }) => isRepeated)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(codes(await stage.mutate(callers.staff("SUPPORT"), upload, input))).toEqual(["FORBIDDEN"]);
  });
});

describe("a rule that is not met", () => {
  it("is told to staff, and by its name alone to the partner that supplies the benefit", async () => {
    const { partnerId } = stage.merchantOf;
    await stage.services.catalogue.catchUp();
    const supplierCode = stage.services.catalogue.current.partners.get(partnerId)?.code ?? "";
    const rule = { oneOf: { fact: "context.weekday", choices: ["SUNDAY"] } } as const;
    const { held } = await heldBy({ supplierCode, rule });
    const supplier = callers.partner(partnerId, ["points:write", "purchases:write", "members:read", "offers:read"]);
    const messageTo = async (actor: Actor) => {
      const input = { entitlement: { id: idFor(actor, held) }, merchantId: merchantGid(), idempotencyKey: newId() };
      const { userErrors } = await stage.mutate(actor, redeem, input);
      expect(codes({ userErrors })).toEqual(["NOT_ELIGIBLE"]);
      return userErrors[0].message as string;
    };
    expect(await messageTo(callers.service)).toContain("context.weekday");
    expect(await messageTo(supplier)).not.toContain("context.weekday");
  });
});
