import { distribution } from "../../src/db/distribution";
import { inLockOrder, lockOrder } from "../../src/db/lock-order";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";
import { everyMutation, runEveryMutation } from "../support/every-mutation";
import { disorderOf, lockingsOf, locksOf, placeOf, stopsForeignKeys, type Locking } from "../support/locks";
import { MemberStatements } from "../support/member-statements";

const tables = lockOrder.map((step) => step.table);

it("names tables that exist, each once", () => {
  expect(Object.keys(distribution)).toEqual(expect.arrayContaining(tables));
  expect(new Set(tables).size).toBe(tables.length);
});

it("places every table that belongs to a member after the member itself, whose row is the lock", () => {
  const member = tables.indexOf("alliance.members");
  const early = tables.filter((table, at) => {
    const placement = distribution[table];
    return at < member && typeof placement === "object" && placement.by === "member_id";
  });
  expect(early).toEqual([]);
});

it("ends with the audit chain", () => {
  expect(tables.slice(-2)).toEqual(["alliance.audit_heads", "alliance.audit_entries"]);
});

it("orders several keys the same way, however they are given", () => {
  expect(inLockOrder(["b", "a", "b", "c"])).toEqual(["a", "b", "c"]);
  expect(inLockOrder(["c", "b", "a"])).toEqual(["a", "b", "c"]);
});

describe("the transactions of every mutation", () => {
  let lockings: Locking[];

  beforeAll(async () => {
    const statements = new MemberStatements();
    const { database } = await testDatabase({ poolSize: 8, onStatement: statements.hear });
    const api = testApi(database, () => new Date("2026-06-01T12:00:00Z"));
    await runEveryMutation(api, (name) => (statements.operation = name));
    lockings = lockingsOf(statements.heard);
  });

  it("are heard, locks and all", () => {
    const heard = new Set(lockings.filter(({ locks }) => locks.length > 0).map(({ operation }) => operation));
    // A row of their own by one statement, without a transaction that could wait.
    const ledger = ["grant", "spend", "hold", "confirm", "convert", "transfer"].map((verb) => `${verb}Points`);
    const single = new Set([
      ...["simulateRules", "cancelSimulation", ...ledger, "captureHold", "voidHold", "reverseTransfer"],
      ...["depositMoney", "withdrawMoney", "issueRedemptionCode"],
    ]);
    expect([...heard].sort()).toEqual(everyMutation.filter((name) => !single.has(name)).sort());
  });

  it("take their locks in the order", () => {
    // The version of a thing that nobody can see yet has nobody waiting for it.
    const harmless = [
      "draftOffer locks alliance.versions after alliance.offers",
      "draftAudience locks alliance.versions after alliance.audiences",
      "draftBenefit locks alliance.versions after alliance.benefits",
      "draftRightsPackage locks alliance.versions after alliance.rights_packages",
      "copyRightsPackage locks alliance.versions after alliance.rights_packages",
      "draftCardProduct locks alliance.versions after alliance.card_products",
      // A new quote, which nobody can look for yet.
      "quoteSwap locks alliance.swaps after alliance.entitlements",
    ];
    expect([...new Set(lockings.flatMap(disorderOf))]).toEqual(harmless);
  });

  it("lock no member's row once they stop foreign key checks on a catalogue row", () => {
    const catalogue = lockings.filter(({ locks }) =>
      locks.some((lock) => stopsForeignKeys(lock) && distribution[lock.table] === "reference"),
    );
    expect(catalogue.length).toBeGreaterThan(0);
    const members = catalogue.flatMap(({ operation, locks }) =>
      locks
        .filter(
          ({ table }) => typeof distribution[table] === "object" && placeOf(table) < placeOf("alliance.audit_heads"),
        )
        .map(({ table }) => `${operation}: ${table}`),
    );
    expect(members).toEqual([]);
  });
});

describe("the judge of locks", () => {
  const insert = (table: string) => `insert into "alliance"."${table}" ("a") values ($1)`;
  const lock = (table: string, how: string) => `select "a" from "alliance"."${table}" where "a" = $1 for ${how}`;
  const judged = (...texts: string[]) => disorderOf({ operation: "it", locks: texts.flatMap(locksOf) });

  it.each([
    ["an insert after a later table", [insert("accounts"), insert("members")]],
    ["a lock after a later table", [insert("accounts"), lock("members", "share")]],
    ["an update inside of a statement", [insert("accounts"), `with a as (update alliance.members set b = 1) select`]],
    ["a delete", [insert("tiers"), `delete from "alliance"."programs" where "a" = $1`]],
    ["a shared lock that is wanted alone", [lock("members", "share"), lock("members", "update")]],
    ["a table without a place", [insert("wishes")]],
  ])("notices %s", (_what, texts) => expect(judged(...texts)).toHaveLength(1));

  it.each([
    ["the order", [lock("members", "update"), insert("accounts"), insert("purchases")]],
    [
      "a row that is held already",
      [lock("members", "update"), insert("accounts"), "update alliance.members set a = 1"],
    ],
    ["reading", [insert("accounts"), `select * from "alliance"."members" where "a" = $1`]],
  ])("lets pass %s", (_what, texts) => expect(judged(...texts)).toEqual([]));

  it("parts transactions by their connections, and leaves out what runs outside of any", () => {
    const say = (connection: number, text: string) => ({ operation: "it", connection, text });
    const heard = [
      say(1, "begin "),
      say(2, "begin "),
      say(1, insert("accounts")),
      say(2, insert("members")),
      say(1, "commit"),
      say(1, insert("offers")),
    ];
    const found = lockingsOf(heard).map(({ locks }) => locks.map(({ table }) => table));
    expect(found).toEqual([["alliance.accounts"], ["alliance.members"]]);
  });
});
