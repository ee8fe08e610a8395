import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { operations } from "../support/operations";
import { SentStatements, type SentStatement } from "../support/sent-statements";
import { serveWorld, type ServedWorld } from "../support/served-world";
import type { Viewer } from "../support/walk-secrets";
import { statementsStage, type StatementsStage } from "../support/statements-stage";

/*
 * Requests that wait for the same statement at the same moment are answered by one. Each must be answered as if it had
 * come alone: whoever asks, whatever is asked for, and whatever becomes of the others.
 */

jest.setTimeout(60_000);

let staged: StatementsStage;
let served: ServedWorld;
let sent: SentStatements;

beforeAll(async () => {
  staged = await statementsStage(() => undefined);
  sent = new SentStatements(staged.services.database);
  served = await serveWorld(buildAllianceSchema(), staged.services, {
    ...{ compile: true, plans: roomPlans, callers: Object.values(staged.callers) },
  });
});
afterAll(() => served.stop());

interface Question {
  readonly caller: string;
  readonly query: string;
  readonly variables?: object;
}

async function ask({ caller, query, variables = {} }: Question): Promise<string> {
  const { status, body } = await served.ask(staged.callers[caller] as Viewer, { body: { query, variables } });
  expect(body).not.toContain("GRAPHQL_");
  return `${status} ${body}`;
}

/** Asks one after the other and then all at once, and compares; answers the statements of asking at once. */
async function askedAtOnce(questions: readonly Question[]): Promise<readonly SentStatement[]> {
  const alone: string[] = [];
  // Twice: the first answer to a document and a kind of caller is Apollo's or makes the plan.
  for (const question of [...questions, ...questions]) alone.push(await ask(question));
  const together: string[] = [];
  const statements = await sent.of(async () => together.push(...(await Promise.all(questions.map(ask)))));
  expect(together).toEqual(alone.slice(questions.length));
  return statements;
}

const gathered = (statements: readonly SentStatement[]) =>
  statements.filter(({ text }) => text.includes("unnest((select $1"));

const wallet = `query Wallet($id: ID!, $first: Int!, $state: OfferDeliveryState) { member(id: $id) {
  status locale joinedAt accounts { available program { name } } tags { code value { number } }
  offerDeliveries(first: $first, state: $state) { nodes { state offer { name } } pageInfo { hasNextPage endCursor } } } }`;

const walletOf = (id: string, caller = "support", variables: object = {}): Question => ({
  ...{ caller, query: wallet, variables: { id, first: 3, ...variables } },
});

describe("requests that arrive together", () => {
  it("are answered by fewer statements than there are requests, each with its own answer", async () => {
    const { member, another } = staged.ids;
    const questions = Array.from({ length: 12 }, (_, place) => walletOf(place % 2 === 0 ? member : another));
    const statements = await askedAtOnce(questions);
    expect(gathered(statements).length).toBeGreaterThan(0);
    expect(statements.length).toBeLessThan(questions.length);
  });

  it("may differ in every argument", async () => {
    const { member, another } = staged.ids;
    const states = [null, "OPEN", "COMPLETED", "LAPSED"];
    const questions = states.flatMap((state) => [
      walletOf(member, "support", { state, first: 1 }),
      walletOf(another, "support", { state, first: 2 }),
      walletOf(member, "support", { state, first: 50 }),
    ]);
    expect(gathered(await askedAtOnce(questions)).length).toBeGreaterThan(0);
  });

  it("are not shown what another caller among them may see", async () => {
    const { member, another } = staged.ids;
    const names = ["support", "marketer", "everything", "auditor", "service", "finance"];
    const own = { caller: "member", query: "{ viewer { member { locale accounts { available } } } }" };
    const questions = names.flatMap((name) => [walletOf(member, name), own, walletOf(another, name), own]);
    expect(gathered(await askedAtOnce(questions)).length).toBeGreaterThan(0);
  });

  it("find nothing where there is nothing, and others what they asked for", async () => {
    const { member, partner } = staged.ids;
    const seal = staged.services.ids.forActor((staged.callers["support"] as Viewer).actor);
    const nobody = "0190aaaa-0000-7000-8000-000000000000";
    const missing = seal.seal("Member", nobody, nobody);
    const questions = [missing, member, partner, member, missing, "nonsense", member].map((id) => walletOf(id));
    const statements = await askedAtOnce(questions);
    expect(gathered(statements).length).toBeGreaterThan(0);
  });

  it("are asked alone where they fail together, and fail each by itself", async () => {
    const { $client } = staged.services.database.app;
    const original = $client.unsafe;
    const questions = Array.from({ length: 6 }, () => walletOf(staged.ids.member));
    const expected = await Promise.all(questions.map(ask));
    let failures = 0;
    $client.unsafe = ((...args: Parameters<typeof original>) => {
      if (!args[0].includes("unnest((select $1")) return original(...args);
      failures += 1;
      return original("select 1/0");
    }) as typeof original;
    try {
      expect(await Promise.all(questions.map(ask))).toEqual(expected);
    } finally {
      $client.unsafe = original;
    }
    expect(failures).toBeGreaterThan(0);
  });

  it("for pages are answered side by side, and together once half of the connections are taken", async () => {
    const query = `query ($first: Int!, $after: Cursor) { members(first: $first, after: $after) {
      nodes { id accounts { available } } pageInfo { endCursor } } }`;
    const first = await ask({ caller: "support", query, variables: { first: 2 } });
    const after = /"endCursor":"([^"]+)"/.exec(first)?.[1];
    const questions = Array.from({ length: 12 }, (_, place): Question => {
      const variables = place % 3 === 0 ? { first: place, after } : { first: place };
      return { caller: place % 2 === 0 ? "support" : "marketer", query, variables };
    });
    const statements = await askedAtOnce(questions);
    expect(gathered(statements).length).toBeGreaterThan(0);
    expect(statements.length).toBeLessThan(questions.length);
    expect(await askedAtOnce(questions.slice(0, 1))).toHaveLength(1);
  });

  it("never have to be asked again alone, in any document of the operations that begins with a key", async () => {
    const number = { partnerCode: staged.partnerCode, number: staged.number };
    const questions: readonly Question[] = [
      { caller: "member", query: operations.get("MemberScreen") ?? "" },
      { caller: "support", query: operations.get("MemberFile") ?? "", variables: number },
    ];
    for (const question of questions) {
      const statements = gathered(await askedAtOnce(Array.from({ length: 8 }, () => question)));
      expect(statements.length).toBeGreaterThan(0);
      // What stands in a list has the type that it has by itself.
      const { app, vault } = staged.services.database;
      for (const { text, door } of statements) {
        const lists = Array.from(new Set(text.match(/\$\d+::[a-z0-9_]+\[\]/g)), () => "{NULL,NULL}");
        await expect((door === "app" ? app : vault).$client.unsafe(text, lists)).resolves.toHaveLength(2);
      }
    }
  });
});
