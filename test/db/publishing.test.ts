import { sql } from "drizzle-orm";
import { verifyAudit } from "../../src/audit/verify-audit";
import { findAuditEntries } from "../../src/audit/audit.queries";
import type { Actor } from "../../src/auth/core/actor";
import type { Work } from "../../src/context";
import { serverErrorOf } from "../../src/db/failures";
import { newId } from "../../src/kernel/ids";
import { done, refuse, type Result } from "../../src/kernel/result";
import {
  approveVersion,
  diffVersions,
  draftVersion,
  editVersion,
  endVersion,
  importVersion,
  pauseVersion,
  publishDueVersions,
  publishVersion,
  rejectVersion,
  resumeVersion,
  returnToVersion,
  scheduleVersion,
  submitVersion,
  versionsOf,
  type StepInput,
  type Version,
  type VersionCodec,
  type VersionMove,
} from "../../src/publishing/publishing";
import { testApi } from "../support/api";
import { testDatabase } from "../support/database";

interface Leaflet {
  readonly title: string;
  readonly amountMinor: bigint;
  readonly from: Date;
}

const moves: VersionMove<Leaflet>[] = [];
const leaflets: VersionCodec<Leaflet> = {
  kind: "OFFER",
  name: "Offer",
  parse(json) {
    const { title, amountMinor, from } = json as Record<string, string>;
    if (!title) return refuse("INVALID_INPUT", "title is empty, expected a text.", ["input", "title"]);
    return done({ title, amountMinor: BigInt(amountMinor ?? ""), from: new Date(from ?? "") });
  },
  serialise: (leaflet) => leaflet,
  async onMove(_tx, move) {
    moves.push(move);
  },
};

const tea: Leaflet = { title: "Tea", amountMinor: 2n ** 60n, from: new Date("2026-07-01T00:00:00Z") };
const coffee: Leaflet = { ...tea, title: "Coffee" };
const staff = (actorId: string): Actor => ({ kind: "staff", actorId, roles: new Set(["MARKETER", "APPROVER"]) });
const [ann, bob, eve] = [staff("ann"), staff("bob"), staff("eve")];
const robot: Actor = { kind: "service", actorId: "robot", name: "robot" };
const key: Actor = {
  kind: "partner",
  actorId: "key",
  partnerId: "p",
  channel: "service",
  scopes: new Set(),
  onBehalfOf: [],
};
const start = new Date("2026-06-01T00:00:00Z");
const hour = 3_600_000;

let work: (actor: Actor, now?: Date) => Work;

beforeAll(async () => {
  const { database } = await testDatabase({ poolSize: 8 });
  const { services } = testApi(database);
  work = (actor, now = start) => ({ services, database, actor, now });
});
beforeEach(() => moves.splice(0));

function value<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.refusals[0]?.code}: ${result.refusals[0]?.message}`);
  return result.value;
}

function codes(result: Result<unknown>): string[] {
  return result.ok ? [] : result.refusals.map((refusal) => refusal.code);
}

const seen = ({ itemId, version, revision }: Version<Leaflet>) => ({ itemId, version, revision });

/** A version drafted by Ann and approved by Bob. */
async function approved(itemId = newId(), content = tea): Promise<Version<Leaflet>> {
  const draft = value(await draftVersion(work(ann), leaflets, { itemId, content }));
  const submitted = value(await submitVersion(work(ann), leaflets, seen(draft)));
  return value(await approveVersion(work(bob), leaflets, seen(submitted)));
}

async function published(itemId = newId(), content = tea): Promise<Version<Leaflet>> {
  return value(await publishVersion(work(ann), leaflets, seen(await approved(itemId, content))));
}

async function states(itemId: string): Promise<string[]> {
  return (await versionsOf(work(ann).database.app, leaflets, itemId)).map((each) => each.state);
}

async function eventsOf(itemId: string): Promise<string[]> {
  const rows = await work(ann).database.app.execute<{ type: string }>(sql`
    select type from alliance.catalogue_outbox where payload ->> 'itemId' = ${itemId} order by event_id
  `);
  return rows.map((row) => row.type);
}

describe("a version's way", () => {
  test("from draft to end is kept, told to its room, audited and emitted", async () => {
    const live = await published();
    const paused = value(await pauseVersion(work(ann), leaflets, { ...seen(live), reason: "recall" }));
    const resumed = value(await resumeVersion(work(ann), leaflets, seen(paused)));
    const ended = value(await endVersion(work(ann), leaflets, seen(resumed)));
    expect(ended).toMatchObject({ state: "ENDED", version: 1, revision: 7, content: tea, approvedBy: "bob" });
    const steps = ["DRAFT", "SUBMIT", "APPROVE", "PUBLISH", "PAUSE", "RESUME", "END"];
    expect(moves.map((move) => move.step)).toEqual(steps);
    expect(moves.every((move) => move.leading.version === 1 && move.leading.state === move.version.state)).toBe(true);
    const past = ["drafted", "submitted", "approved", "published", "paused", "resumed", "ended"];
    expect(await eventsOf(live.itemId)).toEqual(past.map((each) => `offer.${each}`));
    const page = { limit: 10, after: null };
    const entries = await findAuditEntries(work(ann).database.app, { resource: `Offer:${live.itemId}` }, page);
    const verbs = ["draft", "submit", "approve", "publish", "pause", "resume", "end"];
    expect(entries.map((entry) => entry.action).reverse()).toEqual(verbs.map((verb) => `${verb}Offer`));
    expect(entries[2]).toMatchObject({ before: { state: "PUBLISHED" }, after: { state: "PAUSED" }, reason: "recall" });
  });

  test("keeps amounts and dates exactly", async () => {
    const { itemId } = await published();
    const [stored] = await versionsOf(work(ann).database.app, leaflets, itemId);
    expect(stored?.content).toEqual(tea);
  });

  test("ends the version it replaces in the same transaction", async () => {
    const { itemId } = await published();
    moves.splice(0);
    await published(itemId, coffee);
    expect(await states(itemId)).toEqual(["ENDED", "PUBLISHED"]);
    const last = moves.at(-1);
    expect(last?.replaced).toMatchObject({ version: 1, state: "ENDED" });
    expect(moves.map((move) => move.leading.version)).toEqual([1, 1, 1, 2]);
  });

  test("leaves nothing behind when the room cannot follow", async () => {
    const before = await approved();
    const broken: VersionCodec<Leaflet> = { ...leaflets, onMove: () => Promise.reject(new Error("room is closed")) };
    await expect(publishVersion(work(ann), broken, seen(before))).rejects.toThrow("room is closed");
    expect(await states(before.itemId)).toEqual(["APPROVED"]);
    expect(await eventsOf(before.itemId)).not.toContain("offer.published");
  });
});

describe("drafting", () => {
  test("refuses what the codec refuses, and writes nothing", async () => {
    const itemId = newId();
    const result = await draftVersion(work(ann), leaflets, { itemId, content: { ...tea, title: "" } });
    expect(result).toMatchObject({ ok: false, refusals: [{ code: "INVALID_INPUT", path: ["input", "title"] }] });
    expect(await states(itemId)).toEqual([]);
  });

  test.each([
    ["a content", { content: { ...tea, title: "T\u0000" } }],
    ["a reason", { content: tea, reason: "why\u0000" }],
  ])("refuses %s with a character that cannot be stored", async (_what, input) => {
    const result = await draftVersion(work(ann), leaflets, { itemId: newId(), ...input });
    expect(codes(result)).toEqual(["INVALID_INPUT"]);
  });

  test("refuses a second open version of an item", async () => {
    const { itemId } = await approved();
    expect(codes(await draftVersion(work(ann), leaflets, { itemId, content: coffee }))).toEqual(["WRONG_STATE"]);
  });

  test("refuses a caller who did not sign in", async () => {
    const draft = draftVersion(work({ kind: "anonymous" }), leaflets, { itemId: newId(), content: tea });
    expect(codes(await draft)).toEqual(["FORBIDDEN"]);
  });

  test("of one item by several at once makes one version", async () => {
    const itemId = newId();
    const drafts = [ann, bob, eve].map((actor) => draftVersion(work(actor), leaflets, { itemId, content: tea }));
    const refused = (await Promise.all(drafts)).flatMap(codes);
    expect(refused).toHaveLength(2);
    for (const code of refused) expect(["VERSION_CONFLICT", "WRONG_STATE"]).toContain(code);
    expect(await states(itemId)).toEqual(["DRAFT"]);
  });

  test("goes on from the live version", async () => {
    const { itemId } = await published();
    const next = value(await draftVersion(work(ann), leaflets, { itemId, content: coffee }));
    expect(next).toMatchObject({ version: 2, basedOn: 1, state: "DRAFT" });
  });
});

describe("editing", () => {
  test("refuses a revision that is not the stored one", async () => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    value(await editVersion(work(bob), leaflets, { ...seen(draft), content: coffee }));
    const late = await editVersion(work(eve), leaflets, { ...seen(draft), content: { ...tea, title: "Milk" } });
    expect(codes(late)).toEqual(["VERSION_CONFLICT"]);
  });

  test.each(["review", "approved", "published"])("refuses a version that is %s", async (state) => {
    const itemId = newId();
    const draft = value(await draftVersion(work(ann), leaflets, { itemId, content: tea }));
    let current = value(await submitVersion(work(ann), leaflets, seen(draft)));
    if (state !== "review") current = value(await approveVersion(work(bob), leaflets, seen(current)));
    if (state === "published") current = value(await publishVersion(work(ann), leaflets, seen(current)));
    expect(codes(await editVersion(work(ann), leaflets, { ...seen(current), content: coffee }))).toEqual([
      "WRONG_STATE",
    ]);
  });

  test("with the same content changes nothing and makes nobody an editor", async () => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    const same = value(await editVersion(work(bob), leaflets, { ...seen(draft), content: { ...tea } }));
    expect(same).toEqual(draft);
  });

  test("writes what changed into the audit log", async () => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    value(await editVersion(work(ann), leaflets, { ...seen(draft), content: coffee }));
    const resource = `Offer:${draft.itemId}`;
    const [entry] = await findAuditEntries(work(ann).database.app, { resource }, { limit: 1, after: null });
    expect(entry?.after).toMatchObject({ changes: [{ path: ["title"], before: "Tea", after: "Coffee" }] });
  });
});

describe("approval", () => {
  test("refuses everyone who edited the version, whoever submitted it", async () => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    const edited = value(await editVersion(work(bob), leaflets, { ...seen(draft), content: coffee }));
    const submitted = value(await submitVersion(work(eve), leaflets, seen(edited)));
    for (const editor of [ann, bob]) {
      expect(codes(await approveVersion(work(editor), leaflets, seen(submitted)))).toEqual(["SECOND_PERSON_REQUIRED"]);
    }
    expect(codes(await approveVersion(work(eve), leaflets, seen(submitted)))).toEqual([]);
  });

  test.each([
    ["a service", robot],
    ["an API key", key],
  ])("refuses %s", async (_who, actor) => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    const submitted = value(await submitVersion(work(ann), leaflets, seen(draft)));
    expect(codes(await approveVersion(work(actor), leaflets, seen(submitted)))).toEqual(["FORBIDDEN"]);
  });

  test("refuses a version that was rejected, changed and handed in again since it was read", async () => {
    const draft = value(await draftVersion(work(ann), leaflets, { itemId: newId(), content: tea }));
    const read = value(await submitVersion(work(ann), leaflets, seen(draft)));
    const rejected = value(await rejectVersion(work(bob), leaflets, seen(read)));
    const changed = value(await editVersion(work(ann), leaflets, { ...seen(rejected), content: coffee }));
    value(await submitVersion(work(ann), leaflets, seen(changed)));
    expect(codes(await approveVersion(work(bob), leaflets, seen(read)))).toEqual(["VERSION_CONFLICT"]);
  });

  test("is refused by the database too when an editor is written in as approver", async () => {
    const { itemId } = await approved();
    const forged = work(ann).database.app.execute(
      sql`update alliance.versions set approved_by = 'ann' where item_id = ${itemId}`,
    );
    const refused = await forged.then(() => undefined, serverErrorOf);
    expect(refused?.constraint_name).toBe("versions_second_person");
  });
});

describe("several at once", () => {
  const racers = [bob, eve, staff("joe"), staff("kim")];

  test.each<[string, (actor: Actor, version: Version<Leaflet>) => Promise<Result<unknown>>, "REVIEW" | "APPROVED"]>([
    ["approve", (actor, version) => approveVersion(work(actor), leaflets, seen(version)), "REVIEW"],
    ["publish", (actor, version) => publishVersion(work(actor), leaflets, seen(version)), "APPROVED"],
    ["publish without a revision", (actor, { itemId, version }) => publish(actor, { itemId, version }), "APPROVED"],
  ])("who %s: exactly one does", async (_verb, act, from) => {
    const itemId = newId();
    const draft = value(await draftVersion(work(ann), leaflets, { itemId, content: tea }));
    let version = value(await submitVersion(work(ann), leaflets, seen(draft)));
    if (from === "APPROVED") version = value(await approveVersion(work(bob), leaflets, seen(version)));
    const results = await Promise.all(racers.map((actor) => act(actor, version)));
    const refused = results.flatMap(codes);
    expect(refused).toHaveLength(racers.length - 1);
    for (const code of refused) expect(["WRONG_STATE", "VERSION_CONFLICT"]).toContain(code);
  });

  test("who pause the live version and publish the next one leave one live version", async () => {
    for (let round = 0; round < 5; round += 1) {
      const live = await published();
      const next = await approved(live.itemId, coffee);
      const [paused, replaced] = await Promise.all([
        pauseVersion(work(eve), leaflets, { itemId: live.itemId, version: live.version }),
        publishVersion(work(bob), leaflets, seen(next)),
      ]);
      expect(codes(replaced)).toEqual([]);
      expect(codes(paused).filter((code) => code !== "WRONG_STATE")).toEqual([]);
      expect(await states(live.itemId)).toEqual(["ENDED", "PUBLISHED"]);
    }
  });

  function publish(actor: Actor, input: StepInput) {
    return publishVersion(work(actor), leaflets, input);
  }
});

describe("a scheduled version", () => {
  async function scheduled(itemId = newId(), content = tea) {
    const publishAt = new Date(start.getTime() + hour);
    return value(await scheduleVersion(work(ann), leaflets, { ...seen(await approved(itemId, content)), publishAt }));
  }
  const due = new Date(start.getTime() + hour);

  test("stays as it is until its time", async () => {
    const { itemId } = await scheduled();
    await publishDueVersions(work(robot, new Date(due.getTime() - 1)), [leaflets]);
    expect(await states(itemId)).toEqual(["SCHEDULED"]);
  });

  test("goes live at its time, once, however many servers look after it", async () => {
    const { itemId } = await published();
    await scheduled(itemId, coffee);
    const others = [await scheduled(), await scheduled()];
    const servers = [1, 2, 3].map(() => publishDueVersions(work(robot, due), [leaflets]));
    const counts = await Promise.all(servers);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(3);
    expect(await states(itemId)).toEqual(["ENDED", "PUBLISHED"]);
    for (const other of others) expect(await states(other.itemId)).toEqual(["PUBLISHED"]);
    expect((await eventsOf(itemId)).filter((type) => type === "offer.published")).toHaveLength(2);
    expect(await publishDueVersions(work(robot, due), [leaflets])).toBe(0);
  });

  test("that fails does not keep the others back", async () => {
    const [bad, good] = [await scheduled(newId(), coffee), await scheduled()];
    const onMove: typeof leaflets.onMove = async (_tx, { version }) => {
      if (version.itemId === bad.itemId) throw new Error("room is closed");
    };
    await expect(publishDueVersions(work(robot, due), [{ ...leaflets, onMove }])).rejects.toThrow("room is closed");
    expect(await states(good.itemId)).toEqual(["PUBLISHED"]);
    expect(await states(bad.itemId)).toEqual(["SCHEDULED"]);
  });

  test("can be sent back, and then does not go live", async () => {
    const version = await scheduled();
    value(await rejectVersion(work(bob), leaflets, seen(version)));
    await publishDueVersions(work(robot, due), [leaflets]);
    expect(await states(version.itemId)).toEqual(["DRAFT"]);
  });
});

describe("returning to an earlier version", () => {
  test("makes a draft of its content that must be approved again", async () => {
    const { itemId } = await published();
    await published(itemId, coffee);
    const back = value(await returnToVersion(work(eve), leaflets, { itemId, version: 1, reason: "tea sells" }));
    expect(back).toMatchObject({ version: 3, basedOn: 1, state: "DRAFT", content: tea, editors: ["eve"] });
    expect(codes(await publishVersion(work(bob), leaflets, seen(back)))).toEqual(["WRONG_STATE"]);
  });

  test("refuses a version that does not exist", async () => {
    const { itemId } = await published();
    expect(codes(await returnToVersion(work(eve), leaflets, { itemId, version: 9 }))).toEqual(["NOT_FOUND"]);
  });
});

describe("importing", () => {
  test("is for services", async () => {
    const input = { itemId: newId(), content: tea };
    expect(codes(await importVersion(work(ann), leaflets, input))).toEqual(["FORBIDDEN"]);
    const imported = value(await importVersion(work(robot), leaflets, input));
    expect(imported).toMatchObject({ state: "PUBLISHED", importedBy: "robot", approvedBy: null, publishedAt: start });
  });

  test("refuses an item that has versions", async () => {
    const { itemId } = await approved();
    expect(codes(await importVersion(work(robot), leaflets, { itemId, content: tea }))).toEqual(["ALREADY_EXISTS"]);
  });
});

test("the diff of two versions shows stored JSON", async () => {
  const { itemId } = await published();
  await published(itemId, { ...tea, amountMinor: 7n });
  const [first, second] = await versionsOf(work(ann).database.app, leaflets, itemId);
  const changes = diffVersions(leaflets, first as Version<Leaflet>, second as Version<Leaflet>);
  expect(changes).toEqual([{ path: ["amountMinor"], before: (2n ** 60n).toString(), after: "7" }]);
});

test("after all this the audit log is in order", async () => {
  expect(await verifyAudit(work(ann).database.app)).toMatchObject({ streams: 1, problems: 0 });
});
