import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { audienceLife, marketer } from "../support/audience-life";
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
});

const own = (...scopes: Parameters<typeof callers.partner>[1]) => callers.partner(partnerId, scopes);

describe("what a caller may not read", () => {
  const shown = `rule { text } isRuleHidden versions { content { rule { text } isRuleHidden } } versionDiff(from: 1, to: 2) { path before after }`;
  const seen = async (actor: Actor, code: string): Promise<any> =>
    (await stage.ask(actor, `query ($code: String!) { audience(code: $code) { ${shown} } }`, { code })).audience;
  let code: string;
  let nested: string;

  beforeAll(async () => {
    await stage.tag(partnerId, { code: "later", type: "BOOLEAN" });
    const first = await life.published({ text: "later" }, { partnerId });
    ({ code } = first);
    const next = { target: { audienceId: first.audienceId }, content: life.content({ text: "later and spend > 5" }) };
    await life.publish(await life.mutate(marketer, "draftAudience", next));
    nested = (await life.published({ text: `in audience "${code}"` }, { partnerId })).code;
    expect(await seen(own("offers:read"), code)).toMatchObject({ rule: { text: "later and spend > 5" } });
    const update = `mutation ($input: UpdateTagDefinitionInput!) { updateTagDefinition(input: $input) {
      userErrors { code message } } }`;
    const change = { code: "later", revision: 1, sensitivity: "SENSITIVE" };
    expect((await stage.mutate(marketer, update, change)).userErrors).toEqual([]);
    await stage.services.catalogue.catchUp();
  });

  it.each([
    ["its partner", () => own("offers:read")],
    ["a marketer", () => marketer],
    ["whoever approves it", () => callers.staff("APPROVER")],
  ])("of a rule is withheld from %s, who is told so, and of its history", async (_, actor) => {
    const audience = await seen(actor(), code);
    expect(audience).toMatchObject({ rule: null, isRuleHidden: true });
    expect(audience.versions.map((version: any) => version.content)).toEqual([
      { rule: null, isRuleHidden: true },
      { rule: null, isRuleHidden: true },
    ]);
    expect(audience.versionDiff.length).toBeGreaterThan(0);
    for (const change of audience.versionDiff) expect([change.before, change.after]).toEqual([null, null]);
    expect(await seen(callers.staff("AUDITOR"), code)).toMatchObject({
      rule: { text: "later and spend > 5" },
      isRuleHidden: false,
    });
  });

  it("is not counted for a partner, also where another audience rests on it, and not named", async () => {
    for (const source of [{ audience: code }, { audience: nested }, { text: `in audience "${code}"` }]) {
      const { count, userErrors } = await life.preview(own("offers:read", "offers:write"), source);
      expect([count, userErrors]).toMatchObject([null, [{ code: "UNKNOWN_FACT" }]]);
      expect(userErrors[0].message).not.toContain("later");
    }
  });

  it("is counted for staff, who are not told the rule", async () => {
    for (const audience of [code, nested]) {
      const preview = await life.preview(marketer, { audience });
      expect(preview).toMatchObject({ userErrors: [], count: 0, rule: null, funnel: null });
    }
  });

  it("is in no audience that is drafted for a partner, also by way of another one", async () => {
    const other = await stage.partner();
    const operators = await life.published({ text: "has spend" });
    for (const text of ["has spend", `not (in audience "${operators.code}")`]) {
      const target = { newAudience: { code: `a-${newId()}`, partnerId: stage.partnerGid(other) } };
      const { userErrors } = await life.mutate(marketer, "draftAudience", { target, content: life.content({ text }) });
      expect(userErrors).toMatchObject([{ code: "UNKNOWN_FACT" }]);
      expect(userErrors[0].message).toMatch(/"spend", which no rule of the partner ".+" may ask for/);
    }
  });
});

it("a funnel names an audience by its code, and neither its rule nor what guards it", async () => {
  const { code } = await life.published({ text: "spend >= 20000 and spend < 60000" });
  const steps = async (text: string) =>
    (await life.preview(marketer, { text })).funnel.map(({ condition }: any) => condition.text);
  expect(await steps(`in audience "${code}"`)).toEqual([`in audience "${code}"`]);
  expect(await steps(`in audience "${code}" and has spend`)).toEqual([`in audience "${code}"`, "has spend"]);
});

it.each(["9999-12-31T00:00:00Z", "2025-01-01T00:00:00Z"])("a preview at %s is refused in a sentence", async (at) => {
  const document = `query ($at: DateTime) { previewAudience(source: { text: "has spend" }, at: $at) { count } }`;
  const { errors } = await stage.api.execute(marketer, document, { at });
  expect(errors?.[0]?.message).toContain("expected an instant within 400 days of now");
});

it("a tag is used by the audiences that name it, as far as the caller sees them", async () => {
  await stage.tag(partnerId, { code: "used", type: "BOOLEAN" });
  const { audienceId } = await life.published({ text: "used" });
  const users = async (actor: Actor) =>
    (await stage.ask(actor, `{ tagDefinition(code: "used") { usedBy { id } } }`)).tagDefinition.usedBy;
  expect(await users(marketer)).toEqual([{ id: audienceId }]);
  expect(await users(own("offers:read", "offers:write"))).toEqual([]);
});
