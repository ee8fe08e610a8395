import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { readLedgerArguments } from "../../src/cli/ledger";
import { openDoor, type Db } from "../../src/db/client";
import { keyToPublish } from "../../src/ledger/checkpoint-files";
import { ledgerInvariants } from "../../src/ledger/core/invariants";
import { isWhole, proveLedger } from "../../src/ledger/verify-ledger";
import { writeCheckpoint, writeDueCheckpoint } from "../../src/ledger/write-checkpoint";
import { callers } from "../support/api";
import { fullHistory } from "../support/ledger-history";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { noon } from "../support/members-stage";

let stage: LedgerStage;
let owner: Db;
let memberId: string;
let told = "";

beforeAll(async () => {
  stage = await ledgerStage();
  owner = openDoor({ url: stage.ownerUrl }, 1);
  memberId = await fullHistory(stage, [await stage.program(), await stage.program()]);
});

afterAll(async () => {
  await owner.$client.end({ timeout: 5 });
  await rm(stage.services.checkpointFolder, { recursive: true, force: true });
});

beforeEach(() => {
  told = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text, ...rest: unknown[]) => {
    told += String(text);
    const done = rest.at(-1);
    if (typeof done === "function") (done as () => void)();
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

const run = (...args: string[]) => readLedgerArguments(args)(stage.services);

it.each([
  [["sell"], '"sell" is unknown, expected verify, checkpoint, key'],
  [["verify", "--since", "yesterday"], '--since is "yesterday", expected an instant such as 2026-12-01T00:00:00Z'],
])("%j is refused in one line", (args, problem) => {
  expect(() => readLedgerArguments(args)).toThrow(problem);
});

it("refuses what is no member", async () => {
  await expect(run("verify", "--member", "lin")).rejects.toThrow('--member is "lin", expected the id of a member');
});

it("prints each invariant with its count, and ends well", async () => {
  expect(await run("verify")).toBe(0);
  expect(told).toMatch(/^CHAIN +18 holds +Transfers are numbered without a gap/m);
  expect(told).toContain("The books are whole: 18 transfers of 2 members.");
});

it("writes a checkpoint when it is asked, and by itself once a day", async () => {
  expect(await run("checkpoint")).toBe(0);
  expect(JSON.parse(told)).toMatchObject({ number: 1, heads: { count: 2 }, receipts: { count: 18 }, previous: null });
  const at = (hours: number) => ({ ...stage.services, clock: () => new Date(noon.getTime() + hours * 3_600_000) });
  expect(await writeDueCheckpoint(at(23))).toBeUndefined();
  expect((await writeDueCheckpoint(at(24)))?.statement).toMatchObject({ number: 2, receipts: { count: 0 } });
});

it("prints the public key, and its fingerprint to read out loud", async () => {
  expect(await run("key")).toBe(0);
  const { publicKey, fingerprint } = JSON.parse(told) as { publicKey: string; fingerprint: string };
  expect(fingerprint).toBe(createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex"));
});

it("looks at one member, by its id here or in the API, or at who moved something since", async () => {
  const counted = async (...args: string[]) => {
    told = "";
    expect(await run("verify", "--json", ...args)).toBe(0);
    const { members, transfers, counts } = JSON.parse(told) as {
      members: number;
      transfers: number;
      counts: Record<string, number>;
    };
    return [members, transfers, counts.CHECKPOINTS];
  };
  const gid = stage.memberGid({ kind: "service", actorId: "cli", name: "cli" }, { memberId });
  // Of one member two leaves are seen; of all both members' leaves twice, and each receipt once.
  expect(await counted("--member", memberId)).toEqual([1, 17, 2]);
  expect(await counted("--member", gid)).toEqual([1, 17, 2]);
  expect(await counted("--since", "2020-01-01T00:00:00Z")).toEqual([2, 18, 22]);
  expect(await counted("--since", "2040-01-01T00:00:00Z")).toEqual([0, 0, 22]);
});

it("names what does not fit, and ends with 1, as GraphQL does for an auditor", async () => {
  const change = (by: number) =>
    owner.execute(sql`update alliance.accounts set available = available + ${by} where member_id = ${memberId}`);
  const verify = "{ verifyLedger { isWhole isComplete invariants { invariant broken offences { memberId detail } } } }";
  await change(5);
  expect(await run("verify")).toBe(1);
  expect(told).toMatch(/^ACCOUNTS +3 BROKEN 2 times/m);
  expect(told).toMatch(/The books are NOT whole: \d+ problems/);
  const auditor = callers.staff("AUDITOR");
  const { verifyLedger } = await stage.api.ask<{
    verifyLedger: {
      isWhole: boolean;
      isComplete: boolean;
      invariants: { invariant: string; broken: number; offences: { memberId: string }[] }[];
    };
  }>(auditor, verify);
  expect(verifyLedger).toMatchObject({ isWhole: false, isComplete: true });
  const broken = verifyLedger.invariants.filter((each) => each.broken > 0);
  expect(broken.map((each) => each.invariant)).toEqual(["ACCOUNTS", "LIABILITY"]);
  expect(broken[0]?.offences[0]?.memberId).toBe(stage.memberGid(auditor, { memberId }));
  await change(-5);
  expect(await run("verify")).toBe(0);
});

describe("verifyLedger", () => {
  const document =
    "query ($limit: Int!, $memberId: ID) { verifyLedger(limit: $limit, memberId: $memberId) { isComplete members } }";

  it.each([0, 2_001])("refuses a limit of %i", async (limit) => {
    const { errors } = await stage.api.execute(callers.staff("AUDITOR"), document, { limit });
    expect(errors?.[0]?.message).toContain("expected 1 to 2000");
  });

  it("is not for members, partners or marketers", async () => {
    const partner = callers.partner(await stage.partner(), ["members:read"]);
    for (const actor of [callers.member(memberId), partner, callers.staff("MARKETER")]) {
      const { errors } = await stage.api.execute(actor, document, { limit: 5 });
      expect(errors?.[0]?.extensions?.code).toBe("FORBIDDEN");
    }
  });

  it("says where it stopped before the end", async () => {
    const asked = (variables: object) => stage.api.ask(callers.staff("AUDITOR"), document, { ...variables });
    expect(await asked({ limit: 1 })).toEqual({ verifyLedger: { isComplete: false, members: 1 } });
    expect(await asked({ limit: 2 })).toEqual({ verifyLedger: { isComplete: true, members: 2 } });
  });
});

describe("the key of checkpoints", () => {
  it("may be changed, and what the former signed still counts where it is named", async () => {
    const former = keyToPublish(stage.services).publicKey;
    const seed = Buffer.alloc(32, 5);
    const folder = `${stage.services.checkpointFolder}-rotated`;
    const before = { ...stage.services, checkpointFolder: folder };
    const after = { ...before, checkpointKeys: { seed, formerPublicKeys: [former] } };
    await writeCheckpoint(before);
    await writeCheckpoint(after);
    expect(keyToPublish(after).publicKey).not.toBe(former);
    expect(isWhole(await proveLedger(after, {}))).toBe(true);
    const forgotten = await proveLedger({ ...after, checkpointKeys: { seed, formerPublicKeys: [] } }, {});
    expect(forgotten.offenders.map(({ detail }) => detail)).toEqual([
      "checkpoint 1 is not signed by a key of this alliance",
    ]);
    await rm(folder, { recursive: true });
  });
});

it("says on the page what it proves", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "ledger-proof.md"), "utf8");
  for (const [name, says] of Object.entries(ledgerInvariants)) {
    expect(page).toMatch(new RegExp(`\\| \`${name}\` +\\| ${says.replace(/[.+=]/g, ".")} +\\|`));
  }
});

describe("a checkpoint that is not what was signed", () => {
  const folder = () => stage.services.checkpointFolder;
  const found = async () => {
    told = "";
    expect(await run("verify", "--json")).toBe(1);
    return (JSON.parse(told) as { offenders: { detail: string }[] }).offenders.map(({ detail }) => detail).join("\n");
  };
  let names: string[];
  beforeAll(async () => (names = await readdir(folder())));

  it.each<[string, () => Promise<unknown>, string]>([
    [
      "is named where another key signs now",
      () => forged({ seed: Buffer.alloc(32, 3), formerPublicKeys: [] }),
      "not signed by a key",
    ],
    [
      "is named where its leaves are others",
      () => writeFile(join(folder(), names.find((name) => name.endsWith(".heads")) ?? ""), "x"),
      "has other leaves",
    ],
    [
      "is named where its leaves are gone",
      () => unlink(join(folder(), names.find((name) => name.endsWith(".heads")) ?? "")),
      "cannot be read",
    ],
    [
      "is missed where one before another is gone",
      () => unlink(join(folder(), "00000001.json")),
      "checkpoint 2 stands where 1 was expected",
    ],
  ])("%s", async (_what, change, said) => {
    await change();
    expect(await found()).toContain(said);
  });

  async function forged(checkpointKeys: NonNullable<LedgerStage["services"]["checkpointKeys"]>): Promise<void> {
    await writeDueCheckpoint({
      ...stage.services,
      checkpointKeys,
      clock: () => new Date(noon.getTime() + 50 * 3_600_000),
    });
  }
});
