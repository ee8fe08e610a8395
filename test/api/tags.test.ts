import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { linkIdentity } from "../../src/members/link-identity";
import type { Sensitivity } from "../../src/tags/core/tag";
import { setTags } from "../../src/tags/set-tags";
import { registerTagUse } from "../../src/tags/used-by";
import { callers } from "../support/api";
import { membersStage, valueOf, type MembersStage } from "../support/members-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content here; codegen's types by clients */

let stage: MembersStage;
let bank: string;
let shop: string;

beforeAll(async () => {
  stage = await membersStage();
  [bank, shop] = [await stage.partner(), await stage.partner()];
});

const marketer = callers.staff("MARKETER");
const partner = (partnerId: string) => callers.partner(partnerId, ["members:read", "tags:write"]);
const memberGid = (actor: Actor, memberId: string) =>
  stage.services.ids.forActor(actor).seal("Member", memberId, memberId);
const partnerGid = (partnerId: string) => stage.services.ids.forActor(marketer).seal("Partner", partnerId);
const ask = (actor: Actor, document: string, variables: object = {}): Promise<any> =>
  stage.api.ask<any>(actor, document, variables as Record<string, unknown>);
const mutate = async (document: string, input: object, actor: Actor = marketer): Promise<any> =>
  Object.values(await ask(actor, document, { input }))[0];
const errorsOf = async (actor: Actor, document: string, variables: object = {}) =>
  (await stage.api.execute(actor, document, variables as Record<string, unknown>)).errors ?? [];

const errors = `userErrors { code message path }`;
const value = `value { boolean choice number date set }`;
const create = `mutation ($input: CreateTagDefinitionInput!) { createTagDefinition(input: $input) {
  tagDefinition { code name description type choices unit sensitivity status revision source { id } usedBy { id } } ${errors} } }`;
const update = `mutation ($input: UpdateTagDefinitionInput!) { updateTagDefinition(input: $input) {
  tagDefinition { choices status revision unit } ${errors} } }`;
const set = `mutation ($input: SetTagsInput!) { setTags(input: $input) {
  member { tags { code name ${value} observedAt definition { type } } } ${errors} } }`;
const clear = `mutation ($input: ClearTagsInput!) { clearTags(input: $input) { member { tags { code } } ${errors} } }`;
const bulk = `mutation ($input: SetTagsInBulkInput!) { setTagsInBulk(input: $input) { written outdated ${errors} } }`;
const definition = `query ($code: String!) { tagDefinition(code: $code) { code usedBy { __typename id } } }`;
const definitions = `query ($filter: TagDefinitionFilterInput, $first: Int, $after: Cursor) {
  tagDefinitions(filter: $filter, first: $first, after: $after) { nodes { code } pageInfo { hasNextPage endCursor } } }`;
const tagsOfMember = `query ($id: ID!, $codes: [String!]) { member(id: $id) { tags(codes: $codes) { code ${value} } } }`;
const membersWith = `query ($tag: MemberTagFilterInput!) { members(filter: { tag: $tag }) { nodes { id } } }`;

const newCode = () => `t_${newId().replaceAll("-", "")}`;
const codes = (tags: { code: string }[]) => tags.map((tag) => tag.code).sort();

/** One tag of every sensitivity with the bank as its source, all set on a member of bank and shop. */
async function taggedMember() {
  const { memberId } = await stage.member(bank);
  valueOf(await linkIdentity(stage.work(), { memberId, partnerId: shop, number: `s-${newId()}` }));
  const tag = async (sensitivity: Sensitivity) => {
    const code = await stage.tag(bank, { sensitivity });
    valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value: { number: 1 }, observedAt: null }] }));
    return code;
  };
  return {
    memberId,
    PUBLIC: await tag("PUBLIC"),
    INTERNAL: await tag("INTERNAL"),
    PERSONAL: await tag("PERSONAL"),
    SENSITIVE: await tag("SENSITIVE"),
  };
}

describe("createTagDefinition", () => {
  const input = () => ({
    code: newCode(),
    name: { en: "Grade", zhCN: "等级" },
    description: { en: "What the bank thinks of the member." },
    type: "ENUM",
    choices: ["gold", "silver"],
    sourcePartnerId: partnerGid(bank),
    sensitivity: "INTERNAL",
  });

  it("answers with the definition", async () => {
    const made = input();
    const { tagDefinition, userErrors } = await mutate(create, made, partner(bank));
    expect(userErrors).toEqual([]);
    expect(tagDefinition).toEqual({
      ...made,
      name: "Grade",
      description: "What the bank thinks of the member.",
      sourcePartnerId: undefined,
      source: { id: partnerGid(bank) },
      unit: null,
      status: "ACTIVE",
      revision: 1,
      usedBy: [],
    });
  });

  it("refuses a code that is taken, choices for a number, and a source that is not the caller", async () => {
    const taken = await stage.tag(bank);
    const code = async (over: object, actor: Actor = marketer) =>
      (await mutate(create, { ...input(), ...over }, actor)).userErrors[0]?.code;
    expect(await code({ code: taken })).toBe("ALREADY_EXISTS");
    expect(await code({ type: "NUMBER" })).toBe("INVALID_INPUT");
    expect(await code({}, partner(shop))).toBe("NOT_FOUND");
    expect(await code({}, callers.staff("SUPPORT"))).toBe("FORBIDDEN");
  });
});

describe("updateTagDefinition", () => {
  it("adds choices, retires, and refuses an old revision", async () => {
    const code = await stage.tag(bank, { type: "SET", choices: ["tea"] });
    const added = await mutate(update, { code, revision: 1, choices: ["tea", "coffee"] });
    expect(added.tagDefinition).toEqual({ choices: ["tea", "coffee"], status: "ACTIVE", revision: 2, unit: null });
    expect((await mutate(update, { code, revision: 1 })).userErrors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
    expect((await mutate(update, { code, revision: 2, status: "RETIRED" })).tagDefinition.status).toBe("RETIRED");
  });

  it("takes a unit away by null and leaves it when absent", async () => {
    const code = await stage.tag(bank, { unit: "years" });
    expect((await mutate(update, { code, revision: 1 })).tagDefinition.unit).toBe("years");
    expect((await mutate(update, { code, revision: 2, unit: null })).tagDefinition.unit).toBeNull();
  });
});

describe("the tag catalogue", () => {
  it("shows partners their own tags and public ones of others, and members none", async () => {
    const [own, foreign, open] = [
      await stage.tag(bank),
      await stage.tag(shop),
      await stage.tag(shop, { sensitivity: "PUBLIC" }),
    ];
    const seen = async (code: string) => (await ask(partner(bank), definition, { code })).tagDefinition?.code ?? null;
    expect([await seen(own), await seen(foreign), await seen(open), await seen("No Code\u0000")]).toEqual([
      own,
      null,
      open,
      null,
    ]);
    expect(await errorsOf(callers.member(newId()), definition, { code: own })).toMatchObject([
      { extensions: { code: "FORBIDDEN" } },
    ]);
  });

  it("is listed by code, page by page, as far as the caller may see", async () => {
    const source = await stage.partner();
    const made = [await stage.tag(source), await stage.tag(source), await stage.tag(source)].sort();
    const filter = { sourcePartnerId: partnerGid(source) };
    const first = (await ask(partner(source), definitions, { filter, first: 2 })).tagDefinitions;
    const after = first.pageInfo.endCursor;
    const second = (await ask(partner(source), definitions, { filter, first: 2, after })).tagDefinitions;
    expect([...first.nodes, ...second.nodes].map((node: { code: string }) => node.code)).toEqual(made);
    expect((await ask(partner(bank), definitions, { filter })).tagDefinitions.nodes).toEqual([]);
    const search = (made[0] ?? "").slice(2).toUpperCase();
    expect((await ask(marketer, definitions, { filter: { search } })).tagDefinitions.nodes).toEqual([
      { code: made[0] },
    ]);
  });

  it("tells what names a tag, as far as the caller may see it", async () => {
    const code = await stage.tag(bank);
    const { memberId } = await stage.member(bank);
    const node = { type: "Partner", id: shop, label: "the shop" } as const;
    // A member stands here for something that only some callers may see.
    const hidden = { type: "Member", id: memberId, label: "somebody" } as const;
    registerTagUse(async (_db, asked) => (asked === code ? [node, hidden] : []));
    expect((await ask(marketer, definition, { code })).tagDefinition.usedBy).toMatchObject([
      { __typename: "Partner" },
      { __typename: "Member" },
    ]);
    const approver = callers.staff("APPROVER");
    expect((await ask(approver, definition, { code })).tagDefinition.usedBy).toMatchObject([{ __typename: "Partner" }]);
  });
});

describe("Member.tags", () => {
  it("shows the source its own but sensitive ones, others the public ones, risk and the member all", async () => {
    const tagged = await taggedMember();
    const seen = async (actor: Actor) =>
      codes((await ask(actor, tagsOfMember, { id: memberGid(actor, tagged.memberId) })).member.tags);
    const { PUBLIC, INTERNAL, PERSONAL, SENSITIVE } = tagged;
    expect(await seen(partner(bank))).toEqual([PUBLIC, INTERNAL, PERSONAL].sort());
    expect(await seen(partner(shop))).toEqual([PUBLIC]);
    expect(await seen(marketer)).toEqual([PUBLIC, INTERNAL, PERSONAL].sort());
    const all = [PUBLIC, INTERNAL, PERSONAL, SENSITIVE].sort();
    expect(await seen(callers.staff("RISK"))).toEqual(all);
    expect(await seen(callers.member(tagged.memberId))).toEqual(all);
  });

  it("is null for finance, who sees the member, and for a key without the right", async () => {
    const { memberId } = await taggedMember();
    const finance = callers.staff("FINANCE");
    expect((await ask(finance, tagsOfMember, { id: memberGid(finance, memberId) })).member).toEqual({ tags: null });
  });

  it("shows only the codes that were asked for", async () => {
    const tagged = await taggedMember();
    const variables = { id: memberGid(marketer, tagged.memberId), codes: [tagged.PUBLIC, tagged.SENSITIVE] };
    expect(codes((await ask(marketer, tagsOfMember, variables)).member.tags)).toEqual([tagged.PUBLIC]);
  });
});

describe("members by tag", () => {
  it("finds those who have it, with the value where one is given", async () => {
    const code = await stage.tag(bank, { type: "SET", choices: ["tea", "coffee"] });
    const { memberId } = await stage.member(bank);
    valueOf(
      await setTags(stage.work(), { memberId, tags: [{ code, value: { set: ["tea", "coffee"] }, observedAt: null }] }),
    );
    const found = async (tag: object, actor: Actor = marketer) =>
      (await ask(actor, membersWith, { tag })).members.nodes.map((node: { id: string }) => node.id);
    expect(await found({ code })).toEqual([memberGid(marketer, memberId)]);
    expect(await found({ code, value: { set: ["coffee", "tea"] } }, partner(bank))).toEqual([
      memberGid(partner(bank), memberId),
    ]);
    expect(await found({ code, value: { set: ["tea"] } })).toEqual([]);
  });

  it("refuses a tag that the caller may not see as one that does not exist", async () => {
    const tagged = await taggedMember();
    const said = async (actor: Actor, code: string) => {
      const [error] = await errorsOf(actor, membersWith, { tag: { code } });
      return [error?.extensions["code"], error?.message.replace(code, "…")];
    };
    const unknown = ["BAD_USER_INPUT", 'tag.code is "…", expected the code of a tag.'];
    expect(await said(marketer, "no_such_tag")).toEqual(unknown);
    expect(await said(marketer, tagged.SENSITIVE)).toEqual(unknown);
    expect(await said(partner(shop), tagged.INTERNAL)).toEqual(unknown);
    expect(await said(partner(bank), tagged.SENSITIVE)).toEqual(unknown);
  });
});

describe("setTags and clearTags", () => {
  it("write a value of every type and show it in its own field", async () => {
    const { memberId } = await stage.member(bank);
    const choices = ["tea", "coffee"];
    const given = {
      BOOLEAN: { boolean: false },
      ENUM: { choice: "tea" },
      NUMBER: { number: 12.5 },
      DATE: { date: "1990-02-28" },
      SET: { set: ["tea", "coffee", "tea"] },
    } as const;
    const tags = await Promise.all(
      (["BOOLEAN", "ENUM", "NUMBER", "DATE", "SET"] as const).map(async (type) => {
        const code = await stage.tag(bank, { type, choices: type === "ENUM" || type === "SET" ? choices : [] });
        return { type, code, value: given[type], observedAt: "2026-05-01T00:00:00Z" };
      }),
    );
    const input = { memberId: memberGid(marketer, memberId), tags: tags.map(({ type: _type, ...tag }) => tag) };
    const answer = await mutate(set, input);
    expect(answer.userErrors).toEqual([]);
    for (const { type, code } of tags) {
      const shown = answer.member.tags.find((tag: { code: string }) => tag.code === code);
      const nothing = { boolean: null, choice: null, number: null, date: null, set: null };
      const expected = type === "SET" ? { set: ["coffee", "tea"] } : given[type];
      expect(shown).toMatchObject({ value: { ...nothing, ...expected }, definition: { type } });
      expect(shown.observedAt).toBe("2026-05-01T00:00:00.000Z");
    }
    const cleared = await mutate(clear, { memberId: input.memberId, codes: tags.slice(1).map((tag) => tag.code) });
    expect(cleared.member.tags).toEqual([{ code: tags[0]?.code }]);
  });

  it("refuse a value of another type, naming tag, value and choices", async () => {
    const { memberId } = await stage.member(bank);
    const code = await stage.tag(bank, { type: "ENUM", choices: ["tea", "coffee"] });
    const input = { memberId: memberGid(marketer, memberId), tags: [{ code, value: { choice: "milk" } }] };
    const { member, userErrors } = await mutate(set, input);
    expect(member).toBeNull();
    expect(userErrors).toEqual([
      {
        code: "TAG_TYPE_MISMATCH",
        message: `The tag "${code}" is "milk", expected one of "tea", "coffee".`,
        path: ["input", "tags", "0", "value"],
      },
    ]);
  });

  it("take exactly one field of a value", async () => {
    const { memberId } = await stage.member(bank);
    const code = await stage.tag(bank);
    const input = { memberId: memberGid(marketer, memberId), tags: [{ code, value: { number: 1, boolean: true } }] };
    expect((await errorsOf(marketer, set, { input }))[0]?.message).toContain("TagValueInput");
  });

  it("refuse partners the tags of others and the members of others", async () => {
    const tagged = await taggedMember();
    const tags = [{ code: tagged.PUBLIC, value: { number: 2 } }];
    const actor = partner(shop);
    const foreign = await mutate(set, { memberId: memberGid(actor, tagged.memberId), tags }, actor);
    expect(foreign.userErrors).toMatchObject([{ code: "TAG_NOT_WRITABLE" }]);
    const gone = await mutate(clear, { memberId: memberGid(actor, tagged.memberId), codes: [tagged.INTERNAL] }, actor);
    expect(gone.userErrors).toMatchObject([{ code: "UNKNOWN_TAG", path: ["input", "codes", "0"] }]);
    const { memberId } = await stage.member(shop);
    const own = await mutate(set, { memberId: memberGid(partner(bank), memberId), tags }, partner(bank));
    expect(own.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("setTagsInBulk", () => {
  it("writes the good items and names the bad ones by their place", async () => {
    const { memberId } = await stage.member(bank);
    const code = await stage.tag(bank);
    const actor = partner(bank);
    const good = { memberId: memberGid(actor, memberId), code, value: { number: 1 } };
    const items = [good, { ...good, memberId: "nonsense" }, { ...good, value: { boolean: true } }];
    expect(await mutate(bulk, { items }, actor)).toMatchObject({
      written: 1,
      outdated: 0,
      userErrors: [
        { code: "NOT_FOUND", path: ["input", "items", "1"] },
        { code: "TAG_TYPE_MISMATCH", path: ["input", "items", "2"] },
      ],
    });
  });

  it("is refused as a whole for who may not", async () => {
    const answer = await mutate(bulk, { items: [] }, callers.staff("SUPPORT"));
    expect(answer).toMatchObject({ written: null, outdated: null, userErrors: [{ code: "FORBIDDEN" }] });
  });
});
