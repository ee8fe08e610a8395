import { eq, sql } from "drizzle-orm";
import type { Actor } from "../../src/auth/core/actor";
import type { Db } from "../../src/db/client";
import { inTransaction } from "../../src/db/transaction";
import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import { updateMember } from "../../src/members/update-member";
import type { WantedTag } from "../../src/tags/check-tag";
import { clearTags } from "../../src/tags/clear-tags";
import { createTagDefinition } from "../../src/tags/create-tag-definition";
import { setTags } from "../../src/tags/set-tags";
import { mostItemsInBulk, setTagsInBulk, type MemberTagToSet } from "../../src/tags/set-tags-in-bulk";
import { definitionsByCodes } from "../../src/tags/tags.queries";
import { memberTags, tagDefinitions } from "../../src/tags/tags.tables";
import { updateTagDefinition } from "../../src/tags/update-tag-definition";
import { registerTagUse, type TagUse } from "../../src/tags/used-by";
import { callers } from "../support/api";
import { codesOf, membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let app: Db;
let bank: string;
let shop: string;
let uses: TagUse[] = [];

beforeAll(async () => {
  stage = await membersStage();
  app = stage.services.database.app;
  [bank, shop] = [await stage.partner(), await stage.partner()];
  registerTagUse(async () => uses);
});

const marketer = callers.staff("MARKETER");
const writer = (partnerId: string) => callers.partner(partnerId, ["tags:write"]);
const ago = (minutes: number) => new Date(noon.getTime() - minutes * 60_000);
const wanted = (code: string, number: number, observedAt: Date | null = null): WantedTag => ({
  code,
  value: { number },
  observedAt,
});
const set = (memberId: string, tags: WantedTag[], actor: Actor = marketer) =>
  setTags(stage.work(actor), { memberId, tags });
const bulk = (items: MemberTagToSet[], actor: Actor = marketer) => setTagsInBulk(stage.work(actor), items);
const tagsOf = async (memberId: string) => {
  const rows = await app.select().from(memberTags).where(eq(memberTags.memberId, memberId));
  return Object.fromEntries(rows.map((row) => [row.tagCode, row.value]));
};

interface TracedTags {
  readonly tags: Readonly<Record<string, unknown>>;
}
const tracesOf = async (memberId: string, action: string) => {
  const entries = await app.execute(sql`
    select before, after from alliance.audit_entries
    where stream = ${`member:${memberId}`} and action = ${action} order by sequence`);
  return [...entries] as unknown as { before: TracedTags; after: TracedTags }[];
};

describe("setting tags", () => {
  it("refuses all where one is wrong, names each, and writes nothing", async () => {
    const { memberId } = await stage.member(bank);
    const [grade, old] = [await stage.tag(bank), await stage.tag(bank)];
    valueOf(await updateTagDefinition(stage.work(), { code: old, revision: 1, status: "RETIRED" }));
    const result = await set(memberId, [
      wanted(grade, 1),
      wanted("no_such_tag", 1),
      wanted("Not A Code\u0000", 1),
      { ...wanted(grade, 1), value: { date: "2026-06-01" } },
      wanted(old, 1),
      wanted(grade, 1, new Date(noon.getTime() + 1)),
      wanted(grade, 2),
    ]);
    expect(result.ok ? [] : result.refusals.map(({ code, path }) => [code, ...(path ?? []).slice(2)])).toEqual([
      ["UNKNOWN_TAG", "1", "code"],
      ["UNKNOWN_TAG", "2", "code"],
      ["TAG_TYPE_MISMATCH", "3", "value"],
      ["WRONG_STATE", "4", "code"],
      ["INVALID_INPUT", "5", "observedAt"],
      ["INVALID_INPUT", "6", "code"],
    ]);
    expect(await tagsOf(memberId)).toEqual({});
  });

  it("refuses partners tags of other sources, without telling which exist", async () => {
    const { memberId } = await stage.member(bank);
    const [internal, shared] = [await stage.tag(shop), await stage.tag(shop, { sensitivity: "PUBLIC" })];
    expect(codesOf(await set(memberId, [wanted(internal, 1)], writer(bank)))).toEqual(["UNKNOWN_TAG"]);
    expect(codesOf(await set(memberId, [wanted(shared, 1)], writer(bank)))).toEqual(["TAG_NOT_WRITABLE"]);
  });

  it("refuses partners members that are not theirs, and callers without the right", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(shop);
    expect(codesOf(await set(memberId, [wanted(grade, 1)], writer(shop)))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await set(newId(), [wanted(grade, 1)]))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await set(memberId, [wanted(grade, 1)], callers.partner(bank, ["members:read"])))).toEqual([
      "FORBIDDEN",
    ]);
    expect(codesOf(await set(memberId, [wanted(grade, 1)], callers.member(memberId)))).toEqual(["FORBIDDEN"]);
  });

  it("refuses a closed member and more than 500 tags", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    expect(codesOf(await set(memberId, Array<WantedTag>(501).fill(wanted(grade, 1))))).toEqual(["TOO_MANY"]);
    valueOf(await updateMember(stage.work(), { memberId, revision: 1, status: "CLOSED" }));
    expect(codesOf(await set(memberId, [wanted(grade, 1)]))).toEqual(["MEMBER_CLOSED"]);
  });

  it("never lets an older observation overwrite a newer one", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    valueOf(await set(memberId, [wanted(grade, 2, ago(10))]));
    valueOf(await set(memberId, [wanted(grade, 1, ago(20))]));
    expect(await tagsOf(memberId)).toEqual({ [grade]: 2 });
    valueOf(await set(memberId, [wanted(grade, 3, ago(5))]));
    expect(await tagsOf(memberId)).toEqual({ [grade]: 3 });
  });

  it("ends with the newest of many that come at once, in any order", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    const order = [3, 0, 7, 5, 1, 6, 2, 4];
    await Promise.all(order.map((each) => set(memberId, [wanted(grade, each, ago(10 - each))])));
    expect(await tagsOf(memberId)).toEqual({ [grade]: 7 });
  });

  it("records both values of what was written, and nothing where nothing changed", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    valueOf(await set(memberId, [wanted(grade, 5, ago(3))], writer(bank)));
    valueOf(await set(memberId, [wanted(grade, 7, ago(1))], writer(bank)));
    valueOf(await set(memberId, [wanted(grade, 1, ago(2))], writer(bank)));
    expect(await tracesOf(memberId, "setTags")).toEqual([
      { before: { tags: {} }, after: { tags: { [grade]: 5 }, changed: [grade] } },
      { before: { tags: { [grade]: 5 } }, after: { tags: { [grade]: 7 }, changed: [grade] } },
    ]);
  });

  it("records each value that was there, also of many that come at once", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    await Promise.all([1, 2, 3, 4, 5, 6].map((each) => set(memberId, [wanted(grade, each)])));
    const traces = await tracesOf(memberId, "setTags");
    const values = traces.map(({ before, after }) => [before.tags[grade] ?? null, after.tags[grade]]);
    expect(values.map(([old]) => old)).toEqual([null, ...values.slice(0, -1).map(([, written]) => written)]);
    expect(values).toHaveLength(6);
  });

  it.each(["PERSONAL", "SENSITIVE"] as const)(
    "records no value of a %s tag, only whether it changed",
    async (sensitivity) => {
      const { memberId } = await stage.member(bank);
      const hidden = await stage.tag(bank, { sensitivity });
      for (const number of [4711, 4711, 4712]) valueOf(await set(memberId, [wanted(hidden, number)], writer(bank)));
      valueOf(await clearTags(stage.work(writer(bank)), { memberId, codes: [hidden] }));
      const shown = { tags: { [hidden]: "(withheld)" } };
      const written = await tracesOf(memberId, "setTags");
      expect(written).toEqual([
        { before: { tags: {} }, after: { ...shown, changed: [hidden] } },
        { before: shown, after: { ...shown, changed: [] } },
        { before: shown, after: { ...shown, changed: [hidden] } },
      ]);
      const cleared = await tracesOf(memberId, "clearTags");
      expect(cleared).toEqual([{ before: shown, after: { tags: {}, changed: [hidden] } }]);
      expect(JSON.stringify([written, cleared])).not.toMatch(/471[12]/);
    },
  );
});

describe("clearing tags", () => {
  it("refuses all where one is not the caller's", async () => {
    const { memberId } = await stage.member(bank);
    const [own, shared] = [await stage.tag(bank), await stage.tag(shop, { sensitivity: "PUBLIC" })];
    valueOf(await set(memberId, [wanted(own, 1), wanted(shared, 1)]));
    const result = await clearTags(stage.work(writer(bank)), { memberId, codes: [own, shared, "nothing"] });
    expect(result).toMatchObject({
      refusals: [
        { code: "TAG_NOT_WRITABLE", path: ["input", "codes", "1"] },
        { code: "UNKNOWN_TAG", path: ["input", "codes", "2"] },
      ],
    });
    expect(await tagsOf(memberId)).toEqual({ [own]: 1, [shared]: 1 });
  });

  it("makes what was known unknown, and takes what is unknown as done", async () => {
    const { memberId } = await stage.member(bank);
    const [own, other] = [await stage.tag(bank), await stage.tag(bank)];
    valueOf(await set(memberId, [wanted(own, 1)]));
    valueOf(await clearTags(stage.work(writer(bank)), { memberId, codes: [own, other] }));
    expect(await tagsOf(memberId)).toEqual({});
  });
});

describe("setting tags in bulk", () => {
  it("refuses each bad item by its place and writes the good ones", async () => {
    const [lin, wang, gone] = [await stage.member(bank), await stage.member(bank), await stage.member(bank)];
    valueOf(await updateMember(stage.work(), { memberId: gone.memberId, revision: 1, status: "CLOSED" }));
    const stranger = await stage.member(shop);
    const [grade, foreign] = [await stage.tag(bank), await stage.tag(shop, { sensitivity: "PUBLIC" })];
    const item = (memberId: string, tag: WantedTag) => ({ memberId, ...tag });
    const outcome = valueOf(
      await bulk(
        [
          item(lin.memberId, wanted(grade, 1)),
          item(newId(), wanted(grade, 1)),
          item(stranger.memberId, wanted(grade, 1)),
          item(gone.memberId, wanted(grade, 1)),
          item(lin.memberId, wanted(foreign, 1)),
          item(lin.memberId, wanted("nothing", 1)),
          item(wang.memberId, { ...wanted(grade, 1), value: { choice: "gold" } }),
          item(wang.memberId, wanted(grade, 2)),
        ],
        writer(bank),
      ),
    );
    expect(outcome).toMatchObject({ written: 2, outdated: 0 });
    expect(outcome.refusals.map(({ code, path }) => [code, path?.join(".")])).toEqual([
      ["NOT_FOUND", "input.items.1"],
      ["NOT_FOUND", "input.items.2"],
      ["MEMBER_CLOSED", "input.items.3"],
      ["TAG_NOT_WRITABLE", "input.items.4"],
      ["UNKNOWN_TAG", "input.items.5"],
      ["TAG_TYPE_MISMATCH", "input.items.6"],
    ]);
    expect([await tagsOf(lin.memberId), await tagsOf(wang.memberId)]).toEqual([{ [grade]: 1 }, { [grade]: 2 }]);
  });

  it("keeps of several for one tag of one member the one observed last", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    const items = [
      { memberId, ...wanted(grade, 1, ago(3)) },
      { memberId, ...wanted(grade, 2, ago(1)) },
      { memberId, ...wanted(grade, 3, ago(2)) },
    ];
    expect(valueOf(await bulk(items))).toMatchObject({ written: 1, outdated: 2 });
    expect(await tagsOf(memberId)).toEqual({ [grade]: 2 });
    expect(valueOf(await bulk(items.slice(0, 1)))).toMatchObject({ written: 0, outdated: 1 });
  });

  it("counts what came for a merged member to the one that answers for it", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const grade = await stage.tag(bank);
    const merge = { sourceId: lin.memberId, targetId: wang.memberId, reason: "the same person" };
    valueOf(await mergeMembers(stage.work(), merge));
    const items = [
      { memberId: lin.memberId, ...wanted(grade, 1, ago(2)) },
      { memberId: wang.memberId, ...wanted(grade, 2, ago(1)) },
    ];
    expect(valueOf(await bulk(items))).toMatchObject({ written: 1, outdated: 1 });
    expect([await tagsOf(lin.memberId), await tagsOf(wang.memberId)]).toEqual([{}, { [grade]: 2 }]);
  });

  it("refuses more than 5,000 items and writes none", async () => {
    const { memberId } = await stage.member(bank);
    const grade = await stage.tag(bank);
    const items = Array<MemberTagToSet>(mostItemsInBulk + 1).fill({ memberId, ...wanted(grade, 1) });
    expect(codesOf(await bulk(items))).toEqual(["TOO_MANY"]);
    expect(await tagsOf(memberId)).toEqual({});
  });

  it("writes 5,000 items, with an event for each member", async () => {
    const members = await Promise.all(Array.from({ length: 50 }, () => stage.member(bank)));
    const codes = await Promise.all(Array.from({ length: 100 }, () => stage.tag(bank)));
    const items = members.flatMap(({ memberId }) => codes.map((code, index) => ({ memberId, ...wanted(code, index) })));
    expect(valueOf(await bulk(items))).toEqual({ written: 5000, outdated: 0, refusals: [] });
    const events = await app.execute(sql`
      select count(*)::int as count from alliance.member_outbox where type = 'member.tags_set'
      and member_id in (${sql.join(
        members.map((member) => sql`${member.memberId}`),
        sql`, `,
      )})`);
    expect([...events]).toEqual([{ count: 50 }]);
  });

  it("of the same members in opposite orders at once does not block itself", async () => {
    const members = await Promise.all(Array.from({ length: 20 }, () => stage.member(bank)));
    const codes = [await stage.tag(bank), await stage.tag(bank)];
    const items = members.flatMap(({ memberId }) => codes.map((code) => ({ memberId, ...wanted(code, 1) })));
    const results = await Promise.all([
      bulk(items),
      bulk([...items].reverse()),
      bulk(items),
      bulk([...items].reverse()),
    ]);
    expect(results.map((result) => valueOf(result).written)).toEqual([40, 40, 40, 40]);
  });
});

describe("a tag definition", () => {
  const grades = { type: "ENUM", choices: ["gold", "silver"] } as const;
  const change = (code: string, over: object, actor: Actor = marketer) =>
    updateTagDefinition(stage.work(actor), { code, revision: 1, ...over });

  it("cannot be made twice, or by a partner for another source", async () => {
    const code = await stage.tag(bank);
    const input = {
      code,
      name: { en: "Grade" },
      description: { en: "A grade." },
      type: "BOOLEAN",
      choices: [],
      unit: null,
      sourcePartnerId: bank,
      sensitivity: "INTERNAL",
    } as const;
    const create = (over: object, actor: Actor = marketer) =>
      createTagDefinition(stage.work(actor), { ...input, ...over });
    expect(codesOf(await create({}))).toEqual(["ALREADY_EXISTS"]);
    expect(codesOf(await create({ code: `${code}_x` }, writer(shop)))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await create({ code: `${code}_x`, sourcePartnerId: newId() }))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await create({ code: "X", name: {}, description: { en: " " }, choices: ["a"], unit: "m" }))).toEqual(
      Array(5).fill("INVALID_INPUT"),
    );
    expect(codesOf(await create({ code: `${code}_x` }, writer(bank)))).toEqual(["done"]);
  });

  it("keeps a choice that members have, also one of a set", async () => {
    const { memberId } = await stage.member(bank);
    const [one, many] = [await stage.tag(bank, grades), await stage.tag(bank, { ...grades, type: "SET" })];
    const tags: WantedTag[] = [
      { code: one, value: { choice: "gold" }, observedAt: null },
      { code: many, value: { set: ["silver", "gold"] }, observedAt: null },
    ];
    valueOf(await set(memberId, tags));
    for (const code of [one, many]) {
      const refused = await change(code, { choices: ["silver", "jade"] });
      expect(refused).toMatchObject({ refusals: [{ code: "IN_USE", path: ["input", "choices"] }] });
      expect(refused.ok ? "" : refused.refusals[0]?.message).toContain('"gold"');
    }
    expect(valueOf(await change(one, { choices: ["jade", "gold"] })).choices).toEqual(["jade", "gold"]);
  });

  it("keeps its choices while something names the tag, and tells partners no names", async () => {
    const code = await stage.tag(bank, grades);
    uses = [{ type: "Offer", id: newId(), label: "spring-coffee" }];
    const staff = await change(code, { choices: ["gold"] });
    const partner = await change(code, { choices: ["gold"] }, writer(bank));
    const added = await change(code, { choices: ["gold", "silver", "jade"] });
    uses = [];
    expect([codesOf(staff), codesOf(partner), codesOf(added)]).toEqual([["IN_USE"], ["IN_USE"], ["done"]]);
    expect(JSON.stringify(staff)).toContain("spring-coffee");
    expect(JSON.stringify(partner)).not.toContain("spring-coffee");
  });

  it("is changed by its source alone, which cannot show it more widely", async () => {
    const code = await stage.tag(bank, { sensitivity: "PERSONAL" });
    expect(codesOf(await change(code, { status: "RETIRED" }, writer(shop)))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await change(code, { sensitivity: "PUBLIC" }, writer(bank)))).toEqual(["FORBIDDEN"]);
    expect(codesOf(await change(code, { sensitivity: "SENSITIVE" }, writer(bank)))).toEqual(["done"]);
    expect(codesOf(await change(code, { sensitivity: "PUBLIC" }))).toEqual(["VERSION_CONFLICT"]);
    expect(codesOf(await change(code, { revision: 2, sensitivity: "PUBLIC" }))).toEqual(["done"]);
    expect(codesOf(await change("no_such_tag", {}))).toEqual(["NOT_FOUND"]);
  });

  it("does not lose a choice under the hands of somebody who is writing it", async () => {
    const { memberId } = await stage.member(bank);
    const code = await stage.tag(bank, grades);
    const answer = await inTransaction(app, async (tx) => {
      // A writer that has read the definition and not yet written the value.
      await definitionsByCodes(tx, [code], { kind: "all" }, true);
      const changing = change(code, { choices: ["silver"] });
      await waitUntilBlocked();
      await tx
        .insert(memberTags)
        .values({ memberId, tagCode: code, value: "gold", observedAt: noon, recordedAt: noon });
      return { changing };
    });
    expect(codesOf(await answer.changing)).toEqual(["IN_USE"]);
    const [definition] = await app.select().from(tagDefinitions).where(eq(tagDefinitions.code, code));
    expect(definition?.choices).toEqual(["gold", "silver"]);
  });
});

/**
 * Returns when some session of this database waits for a lock of another. What it waits for is hidden from a role that
 * did not log in itself, as with a given database; who blocks it is not.
 */
async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const blocked = await app.execute(sql`
      select 1 from pg_stat_activity
      where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`);
    if (blocked.length > 0) return;
  }
}
