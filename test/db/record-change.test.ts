import { sql } from "drizzle-orm";
import { createApiKey } from "../../src/auth/create-api-key";
import { revokeApiKey } from "../../src/auth/revoke-api-key";
import { rotateApiKey } from "../../src/auth/rotate-api-key";
import { recordChange, type ChangeEvent } from "../../src/audit/record-change";
import { requestContext } from "../../src/context";
import type { Db } from "../../src/db/client";
import { inTransaction } from "../../src/db/transaction";
import { newId } from "../../src/kernel/ids";
import { plusHours } from "../../src/kernel/period";
import { unmaskProfile } from "../../src/members/unmask-profile";
import { createMerchant } from "../../src/merchants/create-merchant";
import { createOutlet } from "../../src/merchants/create-outlet";
import { defineCategory } from "../../src/merchants/define-category";
import { updateOutlet } from "../../src/merchants/update-outlet";
import { callers } from "../support/api";
import { codesOf, membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let app: Db;

beforeAll(async () => {
  stage = await membersStage();
  app = stage.services.database.app;
});

/** What was told of a thing, in the order in which it happened: events whose payload names it. */
async function told(id: string): Promise<[string, unknown][]> {
  const rows = await app.execute<{ type: string; payload: unknown }>(sql`
    select type, payload from (
      select event_id, type, payload from alliance.catalogue_outbox
      union all select event_id, type, payload from alliance.member_outbox
    ) as told where payload::text like ${`%${id}%`} order by event_id`);
  return rows.map(({ type, payload }) => [type, payload]);
}

async function audited(resource: string) {
  const rows = await app.execute<{ action: string; before: unknown; after: unknown; reason: string | null }>(sql`
    select action, before, after, reason from alliance.audit_entries where resource = ${resource} order by sequence`);
  return [...rows];
}

describe("recordChange", () => {
  const event = (type: string, memberId?: string): ChangeEvent => ({ type, payload: { type }, memberId });

  it("leaves neither trace of a change that is rolled back", async () => {
    const id = newId();
    const change = { stream: "catalogue", action: "test", resource: `Test:${id}`, event: event(`test.${id}`) };
    const failing = inTransaction(app, async (tx) => {
      await recordChange(tx, stage.work(), change);
      throw new Error("changed its mind");
    });
    await expect(failing).rejects.toThrow("changed its mind");
    expect([await told(id), await audited(`Test:${id}`)]).toEqual([[], []]);
  });

  it("tells each event to whom it belongs, at the instant it names, else now", async () => {
    const { memberId } = await stage.member(await stage.partner());
    const earlier = plusHours(noon, -5);
    const events = [event("test.first", memberId), { ...event("test.second", memberId), occurredAt: earlier }];
    const change = { stream: "catalogue", action: "test", resource: "Test:order" };
    await inTransaction(app, (tx) =>
      recordChange(tx, stage.work(), { ...change, event: [...events, event("test.of_catalogue")] }),
    );
    const ofMember = await app.execute<{ type: string; occurred_at: string; recorded_at: string }>(sql`
      select type, occurred_at, recorded_at from alliance.member_outbox
      where member_id = ${memberId} and type like 'test.%' order by event_id`);
    expect(ofMember.map((row) => [row.type, new Date(row.occurred_at), new Date(row.recorded_at)])).toEqual([
      ["test.first", noon, noon],
      ["test.second", earlier, noon],
    ]);
    expect(await told("test.of_catalogue")).toEqual([["test.of_catalogue", { type: "test.of_catalogue" }]]);
  });
});

describe("both traces are left", () => {
  it("of an outlet's opening and changing", async () => {
    const partnerId = await stage.partner();
    valueOf(await defineCategory(stage.work(), { code: "traced", name: { en: "Traced" } }));
    const facts = { code: `m-${newId()}`, name: { en: "Shop" }, categoryCode: "traced" };
    const absent = { parentMerchantId: null, websiteUrl: null, logoUrl: null };
    const { merchantId } = valueOf(await createMerchant(stage.work(), { partnerId, ...facts, ...absent }));
    const place = { kind: "ONLINE", country: null, city: null, address: null, url: "https://shop.example" } as const;
    const outlet = { merchantId, code: "1", name: { en: "Online" }, ...place };
    const { outletId } = valueOf(await createOutlet(stage.work(), outlet));
    valueOf(await updateOutlet(stage.work(), { outletId, revision: 1, status: "SUSPENDED", reason: "Asked to" }));
    expect(codesOf(await updateOutlet(stage.work(), { outletId, revision: 1, status: "ACTIVE" }))).toEqual([
      "VERSION_CONFLICT",
    ]);
    expect(await told(outletId)).toEqual([
      ["outlet.created", { outletId, merchantId }],
      ["outlet.updated", { outletId, merchantId, revision: 2 }],
    ]);
    expect((await audited(`Outlet:${outletId}`)).map(({ action, reason }) => [action, reason])).toEqual([
      ["createOutlet", null],
      ["updateOutlet", "Asked to"],
    ]);
  });

  it("of a category that is renamed, with its old name and the reason", async () => {
    const define = (en: string, reason?: string) =>
      defineCategory(stage.work(), { code: "renamed", name: { en }, reason });
    expect(codesOf(await define("Tea", " "))).toEqual(["INVALID_INPUT"]);
    valueOf(await define("Tea"));
    valueOf(await define("Teas", "The plural"));
    expect(await audited("MerchantCategory:renamed")).toEqual([
      { action: "defineCategory", before: null, after: { code: "renamed", name: { en: "Tea" } }, reason: null },
      {
        action: "defineCategory",
        before: { code: "renamed", name: { en: "Tea" } },
        after: { code: "renamed", name: { en: "Teas" } },
        reason: "The plural",
      },
    ]);
    expect(await told("renamed")).toEqual(Array(2).fill(["category.defined", { code: "renamed" }]));
  });

  it("of keys, without anything of their secrets", async () => {
    const partnerId = await stage.partner();
    const work = requestContext(stage.services, { requestId: "test", actor: callers.service, locale: "en" });
    const expiresAt = plusHours(noon, 24 * 30);
    const made = valueOf(await createApiKey(work, { partnerId, name: "Till", scopes: ["members:read"], expiresAt }));
    const { prefix } = made.apiKey;
    const second = valueOf(await rotateApiKey(work, { prefix }));
    valueOf(await revokeApiKey(work, { prefix, reason: "Rotated" }));
    valueOf(await revokeApiKey(work, { prefix }));
    const events = [...(await told(prefix)), ...(await told(second.apiKey.prefix))];
    expect(events).toEqual([
      ["api_key.created", { prefix, partnerId }],
      ["api_key.revoked", { prefix, partnerId }],
      ["api_key.rotated", { prefix: second.apiKey.prefix, partnerId }],
    ]);
    expect(JSON.stringify(events)).not.toContain(made.secret.split(".")[1]);
  });

  it("of a look at a profile, by the member's id alone", async () => {
    const profile = { displayName: "Wang Wei", email: "wang@example.com" };
    const { memberId } = await stage.member(await stage.partner(), { profile });
    const support = stage.work(callers.staff("SUPPORT"));
    valueOf(await unmaskProfile(support, { memberId, reason: "The member called" }));
    const events = await told(memberId);
    expect(events.at(-1)).toEqual(["profile.unmasked", { memberId }]);
    expect(JSON.stringify(events)).not.toMatch(/wang/i);
  });
});
