import { sql } from "drizzle-orm";
import { auditEntries } from "../../src/audit/audit.tables";
import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { audienceLife, approver, marketer, operations } from "../support/audience-life";
import { callers } from "../support/api";
import { membersStage, type MembersStage } from "../support/members-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

let stage: MembersStage;
let life: ReturnType<typeof audienceLife>;
let partnerId: string;

beforeAll(async () => {
  stage = await membersStage();
  life = audienceLife(stage);
  partnerId = await stage.partner();
  await stage.tag(partnerId, { code: "spend" });
  await stage.tag(partnerId, { code: "secret", type: "BOOLEAN", sensitivity: "SENSITIVE" });
});

const anyone = { text: "has spend" };
const own = (...scopes: Parameters<typeof callers.partner>[1]) => callers.partner(partnerId, scopes);
const ofList = (listId: string) => ({ listId });

describe("a draft is refused", () => {
  const draft = (actor: Actor, members: object, over = {}) =>
    life.mutate(actor, "draftAudience", {
      target: { newAudience: { code: `a-${newId()}`, ...over } },
      content: life.content(members),
    });

  it("of members, other staff and partners without the scope", async () => {
    for (const actor of [callers.member(newId()), callers.staff("SUPPORT"), own("offers:read")]) {
      expect((await draft(actor, anyone)).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    }
  });

  it("of a partner for another one and for the operator's, as if there were none", async () => {
    const other = await stage.partner();
    const errors = (await draft(own("offers:write"), anyone, { partnerId: stage.partnerGid(other) })).userErrors;
    expect(errors).toMatchObject([{ code: "NOT_FOUND" }]);
    const { audience } = await life.drafted(anyone);
    const next = { target: { audienceId: audience.id }, content: life.content(anyone) };
    expect((await life.mutate(own("offers:write"), "draftAudience", next)).userErrors).toMatchObject([
      { code: "NOT_FOUND" },
    ]);
  });

  it.each([
    ["of a fact that nobody registered", { text: "no_such_fact" }, "UNKNOWN_FACT", "text"],
    [
      "of a value that does not fit",
      { rule: { oneOf: { fact: "spend", choices: ["x"] } } },
      "RULE_TYPE_MISMATCH",
      "rule",
    ],
    ["of an audience that is not there", { text: 'in audience "nobody"' }, "UNKNOWN_AUDIENCE", "text"],
    ["of a fact that its author may not read", { text: "secret" }, "UNKNOWN_FACT", "text"],
  ])("%s, saying where", async (_, members, code, field) => {
    const [error] = (await draft(marketer, members)).userErrors;
    expect(error.code).toBe(code);
    expect(error.path.slice(0, 4)).toEqual(["input", "content", "members", field]);
  });

  it("of a code that is taken, and of one that is none", async () => {
    const { code } = await life.drafted(anyone);
    expect((await draft(marketer, anyone, { code })).userErrors).toMatchObject([{ code: "ALREADY_EXISTS" }]);
    expect((await draft(marketer, anyone, { code: "No Code" })).userErrors).toMatchObject([{ code: "INVALID_INPUT" }]);
  });

  it("of a list that is not there, or another partner's", async () => {
    const { list } = await upload(operations, [], { partnerId: stage.partnerGid(await stage.partner()) });
    for (const listId of ["nothing", list.id]) {
      expect((await draft(own("offers:write"), ofList(listId))).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    }
  });
});

describe("an audience goes live", () => {
  it("by a second person, who never edited it, and leaves its traces", async () => {
    const both = callers.staff("MARKETER", "APPROVER");
    const { audience, version } = await life.drafted(anyone, { actor: both });
    const step = { audienceId: audience.id, version: 1 };
    const submitted = await life.mutate(both, "submitAudience", { ...step, revision: version.revision });
    const { revision } = submitted.version;
    expect((await life.mutate(both, "approveAudience", { ...step, revision })).userErrors).toMatchObject([
      { code: "SECOND_PERSON_REQUIRED" },
    ]);
    const approved = await life.mutate(approver, "approveAudience", { ...step, revision });
    const published = await life.mutate(both, "publishAudience", { ...step, revision: approved.version.revision });
    expect(published.audience.state).toBe("PUBLISHED");
    const rows = await stage.services.database.app
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(sql`${auditEntries.resource} like 'Audience:%'`)
      .orderBy(auditEntries.sequence);
    expect(rows.map((row) => row.action).slice(-4)).toEqual([
      "draftAudience",
      "submitAudience",
      "approveAudience",
      "publishAudience",
    ]);
  });

  it("but not where it would rest on itself, and the refusal names the circle", async () => {
    const first = await life.published(anyone);
    const second = await life.published({ text: `in audience "${first.code}" and spend > 1` });
    const next = {
      target: { audienceId: first.audienceId },
      content: life.content({ text: `in audience "${second.code}"` }),
    };
    const { userErrors } = await life.mutate(marketer, "draftAudience", next);
    expect(userErrors).toMatchObject([{ code: "INVALID_RULE" }]);
    expect(userErrors[0].message).toContain(`${first.code} → ${second.code} → ${first.code}`);
  });

  it("and is not ended while another audience names it", async () => {
    const { code, audienceId } = await life.published(anyone);
    const user = await life.published({ text: `in audience "${code}"` });
    const end = async (id: string) => life.mutate(marketer, "endAudience", { audienceId: id, version: 1, revision: 4 });
    const [error] = (await end(audienceId)).userErrors;
    expect(error).toMatchObject({ code: "IN_USE" });
    expect(error.message).toContain(user.code);
    const { audience } = await stage.ask(
      marketer,
      `query ($code: String!) { audience(code: $code) {
      usedBy { ... on Audience { code } } } }`,
      { code },
    );
    expect(audience.usedBy).toEqual([{ code: user.code }]);
    expect((await end(user.audienceId)).userErrors).toEqual([]);
    expect((await end(audienceId)).userErrors).toEqual([]);
  });
});

describe("audiences are seen", () => {
  const codes = async (actor: Actor): Promise<string[]> =>
    (await stage.ask(actor, `{ audiences(first: 100) { nodes { code } } }`)).audiences.nodes.map(
      (node: any) => node.code,
    );

  it("by the operator and their own partner alone", async () => {
    const { code } = await life.drafted(anyone, { partnerId, actor: own("offers:write") });
    const operators = (await life.drafted(anyone)).code;
    expect(await codes(marketer)).toEqual(expect.arrayContaining([code, operators]));
    expect(await codes(own("offers:read"))).toContain(code);
    expect(await codes(own("offers:read"))).not.toContain(operators);
    expect(await codes(callers.partner(await stage.partner(), ["offers:read"]))).toEqual([]);
  });

  it.each([
    ["a member", () => callers.member(newId())],
    ["a partner without the scope", () => own("members:read")],
    ["support", () => callers.staff("SUPPORT")],
  ])("not by %s", async (_, actor) => {
    for (const document of ["{ audiences { nodes { code } } }", '{ audience(code: "x") { code } }']) {
      const { errors } = await stage.api.execute(actor(), document);
      expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    }
    const preview = '{ previewAudience(source: { text: "has spend" }) { count } }';
    expect((await stage.api.execute(actor(), preview)).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });
});

describe("a preview", () => {
  let people: string[];

  beforeAll(async () => {
    people = [];
    for (const spend of [1, 2, 3, 4, 5, 6]) people.push(await memberWith({ spend: spend * 10_000 }));
  });

  it("says where members are lost, and who is shared with saved audiences", async () => {
    const { code } = await life.published({ text: "spend >= 40000" });
    const preview = await life.preview(
      marketer,
      { text: "spend >= 20000 and spend < 60000 and not spend = 30000" },
      {
        overlapWith: [code],
      },
    );
    expect(preview).toMatchObject({ userErrors: [], count: 3, accuracy: null });
    const { considered } = preview;
    expect(preview.funnel.map(({ condition, ...step }: any) => [condition.text, step])).toEqual([
      ["spend >= 20000", { remaining: 5, removedAlone: considered - 5, missedOnlyThis: expect.any(Number) }],
      ["spend < 60000", { remaining: 4, removedAlone: expect.any(Number), missedOnlyThis: 1 }],
      ["not (spend = 30000)", { remaining: 3, removedAlone: 1, missedOnlyThis: 1 }],
    ]);
    expect(preview.overlaps).toEqual([{ audience: { code }, count: 2 }]);
    expect(preview.sample).toHaveLength(3);
  });

  it("refuses a rule that only a request could answer, naming what is missing", async () => {
    const rule = 'context.scene = "fuel" and (spend > 1 or context.amount_minor >= 5)';
    const { userErrors, count } = await life.preview(marketer, { text: rule });
    expect(count).toBeNull();
    expect(userErrors).toMatchObject([{ code: "CONTEXT_REQUIRED" }]);
    expect(userErrors[0].message).toContain("context.amount_minor, context.scene");
  });

  it("answers what the clock of the moment tells, and resolves windows on its day", async () => {
    const monday = { at: "2026-06-01T04:00:00Z" };
    const rule = 'spend >= 10000 and context.weekday = "MONDAY"';
    expect((await life.preview(marketer, { text: rule }, monday)).count).toBe(6);
    expect((await life.preview(marketer, { text: rule }, { at: "2026-06-02T04:00:00Z" })).count).toBe(0);
    const joined = "spend >= 10000 and member.tenure_days >= 5";
    expect((await life.preview(marketer, { text: joined }, monday)).count).toBe(0);
    expect((await life.preview(marketer, { text: joined }, { at: "2026-06-07T04:00:00Z" })).count).toBe(6);
  });

  it("has a change of a moment ago in it", async () => {
    const rule = { text: "spend = 10001" };
    expect((await life.preview(marketer, rule)).count).toBe(0);
    await tag(people[0]!, { spend: 10_001 });
    expect(await life.preview(marketer, rule)).toMatchObject({ count: 1, asOf: "2026-06-01T12:00:00.000Z" });
    await tag(people[0]!, { spend: 10_000 });
    expect((await life.preview(marketer, rule)).count).toBe(0);
  });

  it("of a saved audience shows it as it would be published", async () => {
    const { code } = await life.drafted({ text: "spend >= 50000" });
    expect((await life.preview(marketer, { audience: code })).count).toBe(2);
    expect((await life.preview(own("offers:write"), { audience: code })).userErrors).toMatchObject([
      { code: "NOT_FOUND" },
    ]);
  });

  it("has no sample for who may not see who is in an audience", async () => {
    expect((await life.preview(approver, { text: "has spend" })).sample).toBeNull();
  });
});

describe("members of an audience", () => {
  const page = (actor: Actor, code: string, first: number, after: string | null = null): Promise<any> =>
    stage
      .ask(
        actor,
        `query ($code: String!, $first: Int!, $after: Cursor) { audience(code: $code) {
        members(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        { code, first, after },
      )
      .then((answer) => answer.audience.members);

  it("come page by page, each once", async () => {
    const expected: string[] = [];
    for (let count = 0; count < 5; count += 1) expected.push(await memberWith({ spend: 777 }));
    const { code } = await life.published({ text: "spend = 777" });
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const { nodes, pageInfo } = await page(marketer, code, 2, after);
      found.push(...nodes.map((node: any) => node.id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(found.sort()).toEqual(expected.map((memberId) => stage.memberGid(marketer, { memberId })).sort());
  });

  it("are not shown before it is published, nor to who may not see them", async () => {
    const { code } = await life.drafted(anyone);
    expect(await page(marketer, code, 5)).toBeNull();
    const published = await life.published(anyone);
    expect(await page(callers.staff("APPROVER"), published.code, 5)).toBeNull();
  });

  it("of a partner are its own, and not shown where they are few", async () => {
    const { code } = await life.published({ text: "spend = 777" }, { partnerId });
    expect(await page(own("offers:read", "members:read"), code, 5)).toBeNull();
    expect((await page(marketer, code, 100)).nodes).toHaveLength(5);
    const elsewhere = await stage.partner();
    const foreign = await life.published({ text: "context.hour >= 0" }, { partnerId: elsewhere });
    expect((await page(marketer, foreign.code, 100)).nodes).toEqual([]);
  });
});

describe("an uploaded list", () => {
  it("has the members of the good lines, and tells the bad ones", async () => {
    const [first, second] = [await stage.member(partnerId), await stage.member(partnerId)];
    const elsewhere = await stage.member(await stage.partner());
    const numbers = [first.number, "nobody", second.number, "", first.number, elsewhere.number];
    const { list, refusedLines, userErrors } = await upload(own("members:read"), numbers);
    expect(userErrors).toEqual([]);
    expect(list).toMatchObject({ memberCount: 2, refusedCount: 3 });
    expect(refusedLines.map((each: any) => each.line).sort()).toEqual([2, 4, 6]);

    const { code } = await life.published(ofList(list.id), { partnerId });
    expect((await life.preview(marketer, { audience: code })).count).toBe(2);
    expect((await life.preview(marketer, { text: `in audience "${code}" and not has spend` })).count).toBe(2);
  });

  it("never changes, and another one takes its place with the next version", async () => {
    const [first, second] = [await stage.member(partnerId), await stage.member(partnerId)];
    const lists = [await upload(operations, [first.number]), await upload(operations, [second.number])];
    const { code, audienceId } = await life.published(ofList(lists[0].list.id));
    const who = async () =>
      (await life.preview(marketer, { text: `in audience "${code}"` })).sample.map((each: any) => each.id);
    expect(await who()).toEqual([stage.memberGid(marketer, first)]);
    const next = { target: { audienceId }, content: life.content(ofList(lists[1].list.id)) };
    const draft = await life.mutate(marketer, "draftAudience", next);
    expect(await who()).toEqual([stage.memberGid(marketer, first)]);
    await life.publish(draft);
    expect(await who()).toEqual([stage.memberGid(marketer, second)]);
  });

  it("is refused of marketers, of partners for another one, and of too many numbers", async () => {
    expect((await upload(marketer, ["x"])).userErrors).toMatchObject([{ code: "FORBIDDEN" }]);
    const other = stage.partnerGid(await stage.partner());
    expect((await upload(own("members:read"), ["x"], { partnerId: other })).userErrors).toMatchObject([
      { code: "NOT_FOUND" },
    ]);
    const many = Array.from({ length: 5_001 }, (_, place) => `n${place}`);
    expect((await upload(operations, many)).userErrors).toMatchObject([{ code: "TOO_MANY" }]);
  });
});

async function upload(actor: Actor, numbers: readonly string[], over: object = {}): Promise<any> {
  const whose = actor.kind === "partner" ? {} : { partnerId: stage.partnerGid(partnerId) };
  const document = `mutation ($input: UploadAudienceListInput!) { uploadAudienceList(input: $input) {
    list { id memberCount refusedCount } refusedLines { line message } userErrors { code message path } } }`;
  return stage.mutate(actor, document, { ...whose, numbers, ...over });
}

async function memberWith(values: { readonly spend: number }): Promise<string> {
  const { memberId } = await stage.member(partnerId);
  await tag(memberId, values);
  return memberId;
}

async function tag(memberId: string, { spend }: { readonly spend: number }): Promise<void> {
  const document = `mutation ($input: SetTagsInput!) { setTags(input: $input) { userErrors { code message } } }`;
  const input = {
    memberId: stage.memberGid(callers.service, { memberId }),
    tags: [{ code: "spend", value: { number: spend } }],
  };
  expect((await stage.mutate(callers.service, document, input)).userErrors).toEqual([]);
}
