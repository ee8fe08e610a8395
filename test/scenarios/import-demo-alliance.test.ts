import { sql } from "drizzle-orm";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyAudit } from "../../src/audit/verify-audit";
import { actorBySubject } from "../../src/auth/auth.queries";
import { developmentIssuerName } from "../../src/auth/development-issuer";
import type { Database } from "../../src/db/client";
import { demoActors } from "../../src/demo/demo-actors";
import { demoOffers } from "../../src/demo/demo-offers";
import { loadDemoAlliance } from "../../src/demo/load-demo-alliance";
import { silentProgress } from "../../src/import/progress";
import { momentOf } from "../../src/rules/core/moment";
import { evaluate } from "../../src/rules/core/evaluate";
import { situationOf } from "../../src/matching/explain-rule";
import { membersToMatch } from "../../src/matching/read-members";
import { requestContext } from "../../src/context";
import type { Scene } from "../../src/facts/core/context-facts";
import { takeUpChanged } from "../../src/audiences/take-up-until-now";
import { rawId } from "../../src/graphql/ids-in-filters";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { countBySql, demoShapes } from "../support/demo-audience-shapes";
import { demoActor, demoPage } from "../support/demo-page";
import { untrueEncodings } from "../support/encodings";
import { rowCounts } from "../support/import-row-counts";
import { Placeholders } from "../support/tutorial-page";

class Killed extends Error {}

/** A progress that ends the load when a part of it has come so far. */
function dyingIn(label: string, at: number) {
  let part = "";
  let done = 0;
  return {
    ...silentProgress,
    begin: (name: string) => {
      part = name;
      done = 0;
    },
    advance: (by: number) => {
      done += by;
      if (part === label && done >= at) throw new Killed(label);
    },
  };
}

describe("the demo alliance", () => {
  let database: Database;
  let api: TestApi;

  beforeAll(async () => {
    ({ database } = await testDatabase());
    api = testApi(database);
    for (const progress of [
      dyingIn("Founding the alliance", 9),
      dyingIn("Founding the alliance", 25),
      dyingIn("Importing events", 12_000),
      dyingIn("Welcoming members", 2),
    ]) {
      await expect(loadDemoAlliance(api.services, { progress })).rejects.toThrow(Killed);
    }
    await loadDemoAlliance(api.services, { progress: silentProgress });
    // As the job of a server does: 40,000 new members are more than a preview takes up while somebody waits.
    await takeUpChanged({ services: api.services, now: api.services.clock() });
  }, 240_000);

  it("is complete although its load was cut off four times", async () => {
    const [counted] = await database.app.execute(sql`
      select
        (select count(*)::int from alliance.partners) as partners,
        (select count(*)::int from alliance.merchants) as merchants,
        (select count(*)::int from alliance.outlets) as outlets,
        (select count(*)::int from alliance.programs) as programs,
        (select count(*)::int from alliance.tag_definitions) as tags,
        (select count(*)::int from alliance.offers) as offers,
        (select count(*)::int from alliance.members) as members,
        (select count(*)::int from alliance.members where status = 'MERGED') as merged,
        (select count(*)::int from alliance.consents) as consents,
        (select count(*)::int from alliance.actors) as actors,
        (select sum(amount_minor)::text from alliance.purchases where currency = 'USD') as dollars,
        (select count(*)::int from alliance.offer_completions) as completions`);
    expect(counted).toEqual({
      partners: 9,
      merchants: 8,
      outlets: 23,
      programs: 5,
      tags: 9,
      offers: 10 + demoOffers.length,
      members: 17_000 + 23_544 + 300,
      merged: 1,
      // What the merged member's twin adopts it has already.
      consents: 300 * 6 + 9 * 2,
      actors: demoActors.length,
      dollars: String(250_031_563 + 4_405_034),
      completions: 1_014,
    });
  });

  it("has an encoding of every member that is true", async () => {
    expect(await untrueEncodings(api.services)).toEqual([]);
  }, 120_000);

  it("credits every purchase exactly once", async () => {
    const balances = await database.app.execute(sql`
      with earned as (
        select p.program_id, sum(floor(b.amount_minor * p.earn_points / p.earn_per_minor)) as points
        from alliance.programs p join alliance.purchases b
          on b.source = 'import' and (p.code, b.merchant_id) in (
            select case m.code when 'coffee-house' then 'coffee-stars' when 'cd-store' then 'encore'
              else 'alliance-points' end, m.merchant_id from alliance.merchants m)
        group by 1)
      select p.code, e.points = (select sum(available) from alliance.accounts a where a.program_id = p.program_id) as exact
      from earned e join alliance.programs p using (program_id) order by 1`);
    expect([...balances]).toEqual([
      { code: "alliance-points", exact: true },
      { code: "coffee-stars", exact: true },
      { code: "encore", exact: true },
    ]);
  });

  it("has offers in every state, each approved by a second person before it was live", async () => {
    const found = await database.app.execute(sql`
      select o.code, o.state, count(*)::int as versions, bool_and(v.approved_by is null or not v.approved_by = any(v.editors)) as second
      from alliance.offers o join alliance.versions v on v.item_id = o.offer_id
      where v.imported_by is null group by 1, 2 order by 1`);
    expect([...found]).toEqual(
      demoOffers
        .map(({ code, state, versions }) => ({ code, state, versions: versions.length, second: true }))
        .sort((a, b) => (a.code < b.code ? -1 : 1)),
    );
  });

  it("says everything that members see in both languages", async () => {
    const missing = await database.app.execute(sql`
      select name from (
        select name from alliance.partners union all select name from alliance.merchants
        union all select name from alliance.outlets union all select name from alliance.programs
        union all select unit_name from alliance.programs union all select name from alliance.tiers
        union all select name from alliance.merchant_categories union all select name from alliance.tag_definitions
        union all select description from alliance.tag_definitions union all select name from alliance.offers
        union all select content -> 'termsText' from alliance.versions) as texts
      where not (name ?& array['en', 'zh-CN'])`);
    expect([...missing]).toEqual([]);
  });

  it("leaves an audit log that verifies", async () => {
    expect(await verifyAudit(database.app)).toMatchObject({ problems: 0 });
  });

  it("registers an actor of every kind and role", async () => {
    for (const { subject, kind } of demoActors) {
      expect(await actorBySubject(database.app, developmentIssuerName, subject)).toMatchObject({ kind });
    }
  });

  it("shows Lin Yue her wallet, tiers, offers and purchases on her own screen", async () => {
    const row = await actorBySubject(database.app, developmentIssuerName, "demo:member");
    const document = readFileSync(join(__dirname, "..", "..", "schema", "operations", "member-screen.graphql"), "utf8");
    const answer = await api.ask<Record<string, unknown>>(
      callers.member(row?.memberId ?? ""),
      document,
      {},
      { locale: "zh-CN" },
    );
    const text = JSON.stringify(answer);
    for (const expected of ["江湾积分", "云天航空云程会员", "23150", "86300", "两周满篮：满200元减20元"]) {
      expect(text).toContain(expected);
    }
  });

  it("answers the README's query as the README says", async () => {
    const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");
    const query = /```graphql\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const answer = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const row = await actorBySubject(database.app, developmentIssuerName, "demo:member");
    const data = await api.ask<object>(callers.member(row?.memberId ?? ""), query);
    expect(JSON.parse(JSON.stringify({ data }))).toEqual(JSON.parse(answer));
  });

  it.each(demoShapes)("counts by chunks what PostgreSQL counts by rows: $rule", async ({ rule, by }) => {
    const document = `query ($rule: String!) {
      previewAudience(source: { text: $rule }) { count considered funnel { remaining } userErrors { message } } }`;
    const { previewAudience } = await api.ask<{ previewAudience: { count: number; funnel: { remaining: number }[] } }>(
      callers.staff("MARKETER", "AUDITOR"),
      document,
      { rule },
    );
    const count = await countBySql(database, by);
    expect(previewAudience).toMatchObject({ count, considered: await countBySql(database, "true"), userErrors: [] });
    expect(previewAudience.funnel.at(-1)).toEqual({ remaining: count });
    expect(count).toBeGreaterThan(0);
  });

  it("knows neither the gender nor the income of 2,175 of the rewards app's members", async () => {
    const [row] = await database.app.execute(sql`
      select count(*)::int as count from alliance.member_tags s
      where s.tag_code = 'member_since' and not exists (
        select from alliance.member_tags t where t.member_id = s.member_id and t.tag_code in ('gender', 'income'))`);
    expect(row).toEqual({ count: 2_175 });
  });

  it.each(["fuel", "dining", "grocery"] as const)(
    "matches a handful of members in %s as the reference evaluator says, and explains every offer alike",
    async (scene) => {
      const members = await Promise.all(["RB588001", "RB600000", "RB600001", "RB600002", "RB600003"].map(byBankNumber));
      const { matchMembers } = await asOperator<{ matchMembers: { matches: { offer: { id: string } }[] }[] }>(
        `query ($members: [ID!]!, $scene: Scene) { matchMembers(memberIds: $members, moment: { scene: $scene }, most: 100) {
          matches { offer { id } } } }`,
        { members, scene },
      );
      const holding = await Promise.all(members.map((member) => offersHolding(member, scene)));
      expect(matchMembers.flatMap(({ matches }) => matches)).not.toHaveLength(0);
      for (const [place, offers] of holding.entries()) {
        const matched = matchMembers[place]?.matches.map(({ offer }) => offer.id);
        for (const [offerId, holds] of offers) {
          const { explain } = await asOperator<{ explain: { holds: boolean; matches: boolean } }>(
            `query ($member: ID!, $of: ID!, $scene: Scene) {
              explain(memberId: $member, of: { offerId: $of }, moment: { scene: $scene }) { holds matches } }`,
            { member: members[place], of: offerId, scene },
          );
          expect({ offerId, ...explain }).toEqual({ offerId, holds, matches: matched?.includes(offerId) });
        }
      }
    },
  );

  async function asOperator<Data>(document: string, variables: Record<string, unknown>): Promise<Data> {
    return api.ask<Data>(await demoActor(api, "operator"), document, variables);
  }

  async function byBankNumber(number: string): Promise<string> {
    const document = `query ($number: String!) { memberByIdentity(partnerCode: "river-bank", number: $number) { id } }`;
    return (await asOperator<{ memberByIdentity: { id: string } }>(document, { number })).memberByIdentity.id;
  }

  /** Of every offer, by its id as the operator sees it, whether the rule of its leading version holds of the member. */
  async function offersHolding(member: string, scene: Scene): Promise<[string, boolean][]> {
    const actor = await demoActor(api, "operator");
    const context = requestContext(api.services, { requestId: "test", actor, locale: "en" });
    const instant = api.services.clock();
    const memberId = rawId(context, "Member", member);
    const [known] = await membersToMatch(api.services, [{ memberId, allIds: [memberId], isActive: true }], instant);
    if (!known) throw new Error("the member is not there");
    const nowhere = { channel: null, city: null, merchant: null, outlet: null, category: null };
    const asked = { instant, scene, ...nowhere, amountMinor: null, currency: null };
    const situation = situationOf(context, known, momentOf(asked, api.services.timeZone));
    const { offers, offerVersions } = context.catalogue;
    return [...offers.values()].map(({ offerId, version }) => {
      const leading = offerVersions.get(offerId)?.find((each) => each.version === version);
      const rule = leading?.content.rule;
      return [context.ids.seal("Offer", offerId), rule ? evaluate(rule, situation) : true];
    });
  }

  it("answers the guide for marketers as the guide says", async () => {
    const placeholders = new Placeholders();
    const { exchanges } = demoPage("rules-guide.md");
    expect(exchanges.length).toBeGreaterThan(5);
    for (const { as, document, variables, answers } of exchanges) {
      const actor = await demoActor(api, as);
      const real = JSON.parse(
        JSON.stringify(await api.execute(actor, document, placeholders.fill(variables) as Record<string, unknown>)),
      ) as unknown;
      for (const answer of answers) expect(real).toEqual(placeholders.learn(answer, real));
    }
  });

  it("is not touched by the next start", async () => {
    const before = await rowCounts(database);
    await loadDemoAlliance(api.services, { progress: silentProgress });
    expect(await rowCounts(database)).toEqual(before);
  });
});
