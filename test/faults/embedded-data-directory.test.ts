import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describeEmbeddedFailure, resetEmbeddedDatabase } from "../../src/db/embedded";
import { packageDirectory } from "../../src/db/embedded/binaries-places";
import { EmbeddedStage, needsPackage, query, serverPid, testWhere } from "../support/embedded-stage";

const installed15 = "/usr/lib/postgresql/15/bin";
const needsInstalled15 = fs.existsSync(`${installed15}/initdb`) ? undefined : `PostgreSQL 15 is not in ${installed15}`;

let stage: EmbeddedStage;

beforeAll(() => {
  delete process.env.ALLIANCE_PG_BIN;
  stage = new EmbeddedStage();
});

afterEach(() => {
  delete process.env.ALLIANCE_PG_BIN;
});

afterAll(() => stage.dispose());

describe("a broken installation is refused in one line with the way out", () => {
  let project: string;
  let data: string;
  const pristine = () => path.join(stage.directory, "pristine");

  beforeAll(async () => {
    project = stage.project("broken");
    const database = await stage.join(project);
    await database.leave();
    data = database.dataDirectory;
    copyWithOwner(path.dirname(data), pristine());
  });

  const damages: [what: string, damage: () => void, code: string, line: RegExp][] = [
    [
      "an empty data directory",
      () => fs.rmSync(data, { recursive: true }) ?? fs.mkdirSync(data),
      "DATA_DIRECTORY_BROKEN",
      /PG_VERSION is missing/,
    ],
    [
      "an empty PG_VERSION",
      () => fs.truncateSync(`${data}/PG_VERSION`),
      "DATA_DIRECTORY_BROKEN",
      /PG_VERSION does not hold/,
    ],
    [
      "a missing control file",
      () => fs.rmSync(`${data}/global/pg_control`),
      "DATA_DIRECTORY_BROKEN",
      /pg_control is missing or empty/,
    ],
    [
      "a cut control file",
      () => fs.truncateSync(`${data}/global/pg_control`, 100),
      "DATA_DIRECTORY_BROKEN",
      /the server says/,
    ],
    ["a missing write-ahead log", () => emptyLog(data), "DATA_DIRECTORY_BROKEN", /the server says/],
    ["missing secrets", () => fs.rmSync(`${data}/../secrets.json`), "SECRETS_BROKEN", /secrets.json is missing/],
    ["cut secrets", () => fs.truncateSync(`${data}/../secrets.json`, 20), "SECRETS_BROKEN", /is not JSON/],
    ["secrets of another installation", () => shiftSecrets(data), "SECRETS_BROKEN", /does not accept the password/],
    [
      "secrets without a key",
      () => fs.writeFileSync(`${data}/../secrets.json`, "{}"),
      "SECRETS_BROKEN",
      /no valid ownerPassword/,
    ],
    [
      "data of an older server",
      () => fs.writeFileSync(`${data}/PG_VERSION`, "9\n"),
      "VERSION_MISMATCH",
      /made by PostgreSQL 9, but here is only/,
    ],
  ];

  test.each(damages)("%s", async (_, damage, code, line) => {
    restore();
    damage();
    const refusal: unknown = await stage.join(project).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code });
    const described = describeEmbeddedFailure(refusal);
    expect(described).toMatch(line);
    expect(described).toMatch(/`npm run reset`/);
    expect(described).not.toContain("\n");
    expect(serverPid(project)).toBeUndefined();
  });

  test("and a reset is the way out", async () => {
    restore();
    fs.rmSync(`${data}/PG_VERSION`);
    await resetEmbeddedDatabase({ projectDirectory: project });
    const database = await stage.join(project);
    expect(await query(database.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
    await database.leave();
  });

  /** `cp` keeps owner and mode, which the server insists on; Node's own copy does not. */
  function restore(): void {
    fs.rmSync(path.dirname(data), { recursive: true });
    copyWithOwner(pristine(), path.dirname(data));
  }
});

describe("the binaries", () => {
  const unusable: [what: string, version: string | undefined, line: RegExp][] = [
    ["an empty folder", undefined, /it holds no postgres/],
    ["a server that is too old", "postgres (PostgreSQL) 14.11", /version 14.11 is too old/],
    ["a program that is no server", "hello", /it does not run/],
  ];

  test.each(unusable)("named by ALLIANCE_PG_BIN are refused by that name when it is %s", async (_, version, line) => {
    const project = stage.project(`unusable-${unusable.findIndex((row) => row[1] === version)}`);
    const folder = path.join(project, "bin");
    fs.mkdirSync(folder);
    for (const tool of version === undefined ? [] : ["postgres", "initdb"]) {
      fs.writeFileSync(path.join(folder, tool), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
    }
    process.env.ALLIANCE_PG_BIN = folder;
    const refusal: unknown = await stage.join(project).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "BINARIES_UNUSABLE" });
    expect(describeEmbeddedFailure(refusal)).toMatch(line);
    expect(describeEmbeddedFailure(refusal)).toContain(`ALLIANCE_PG_BIN=${folder}`);
  });

  testWhere(needsInstalled15 ?? needsPackage())("are those that made the data, not the preferred ones", async () => {
    const project = stage.project("fifteen");
    process.env.ALLIANCE_PG_BIN = installed15;
    const named = await stage.join(project);
    expect(named.binaries).toMatchObject({ source: "environment", directory: installed15 });
    await query(named.ownerUrl, "create table kept as select current_setting('server_version_num')::int / 10000 as v");
    await named.leave();

    delete process.env.ALLIANCE_PG_BIN;
    const found = await stage.join(project);
    expect(found.binaries).toMatchObject({ source: "installed", directory: installed15 });
    expect(await query(found.ownerUrl, "select v from kept")).toEqual([{ v: 15 }]);
    await found.leave();

    process.env.ALLIANCE_PG_BIN = packageDirectory();
    const refusal: unknown = await stage.join(project).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "VERSION_MISMATCH" });
    expect(describeEmbeddedFailure(refusal)).toMatch(
      /was made by PostgreSQL 15, but here is only 18\.\d+ \(from ALLIANCE_PG_BIN\); .*`npm run reset`/,
    );
  });

  testWhere(needsInstalled15)("may be installed ones where the package is missing", async () => {
    const bare = new EmbeddedStage();
    try {
      const project = bare.project("no-package");
      fs.rmSync(bare.packageRoot(), { recursive: true, force: true });
      const member = bare.member(project);
      expect((await member.tell("join")).binaries.source).toBe("installed");
      expect(await member.tell("ask")).toEqual({ answer: 42 });
      await member.tell("leave");
    } finally {
      await bare.dispose();
    }
  });
});

function copyWithOwner(from: string, to: string): void {
  execFileSync("cp", ["-pR", from, to]);
}

function emptyLog(data: string): void {
  for (const name of fs.readdirSync(`${data}/pg_wal`)) {
    if (/^[0-9A-F]{24}$/.test(name)) fs.rmSync(`${data}/pg_wal/${name}`);
  }
}

function shiftSecrets(data: string): void {
  const file = path.join(data, "..", "secrets.json");
  const secrets = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>;
  fs.writeFileSync(file, JSON.stringify({ ...secrets, ownerPassword: secrets.appPassword }));
}
