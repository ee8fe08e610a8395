import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describeEmbeddedFailure, resetEmbeddedDatabase } from "../../src/db/embedded";
import { packageDirectory } from "../../src/db/embedded/binaries-places";
import { EmbeddedStage, needsPackage, query, serverPid, testWhere } from "../support/embedded-stage";

const installed15 = "/usr/lib/postgresql/15/bin";
const needsInstalled15 = fs.existsSync(`${installed15}/initdb`) ? undefined : `PostgreSQL 15 is not in ${installed15}`;

/** Each spoils one item of the installation, which is put back afterwards. */
const damages: { what: string; item: string; damage: (file: string) => void; code: string; line: RegExp }[] = [
  {
    what: "an empty data directory",
    item: "data",
    damage: makeEmpty,
    code: "DATA_DIRECTORY_BROKEN",
    line: /PG_VERSION is missing/,
  },
  {
    what: "an empty PG_VERSION",
    item: "data/PG_VERSION",
    damage: cut(0),
    code: "DATA_DIRECTORY_BROKEN",
    line: /PG_VERSION does not hold/,
  },
  {
    what: "a missing control file",
    item: "data/global/pg_control",
    damage: fs.rmSync,
    code: "DATA_DIRECTORY_BROKEN",
    line: /pg_control is missing/,
  },
  {
    what: "a cut control file",
    item: "data/global/pg_control",
    damage: cut(100),
    code: "DATA_DIRECTORY_BROKEN",
    line: /the server says/,
  },
  {
    what: "a control file of other bytes",
    item: "data/global/pg_control",
    damage: (file) => fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 7)),
    code: "DATA_DIRECTORY_BROKEN",
    line: /the server says/,
  },
  {
    what: "missing databases",
    // The server starts and writes before it is found out, so that all of the data is put back.
    item: "data",
    damage: (data) => fs.rmSync(path.join(data, "base"), { recursive: true }),
    code: "DATA_DIRECTORY_BROKEN",
    line: /the server says/,
  },
  {
    what: "no files in the databases",
    item: "data",
    damage: (data) => makeEmpty(path.join(data, "base")),
    code: "DATA_DIRECTORY_BROKEN",
    line: /the server says/,
  },
  {
    what: "a missing write-ahead log",
    item: "data/pg_wal",
    damage: makeEmpty,
    code: "DATA_DIRECTORY_BROKEN",
    line: /the server says/,
  },
  {
    what: "missing secrets",
    item: "secrets.json",
    damage: fs.rmSync,
    code: "SECRETS_BROKEN",
    line: /secrets.json is missing/,
  },
  { what: "cut secrets", item: "secrets.json", damage: cut(20), code: "SECRETS_BROKEN", line: /is not JSON/ },
  {
    what: "another installation's secrets",
    item: "secrets.json",
    damage: swapPasswords,
    code: "SECRETS_BROKEN",
    line: /does not accept the password/,
  },
  {
    what: "secrets without a key",
    item: "secrets.json",
    damage: write("{}"),
    code: "SECRETS_BROKEN",
    line: /no valid ownerPassword/,
  },
  {
    what: "data of another version",
    item: "data/PG_VERSION",
    damage: write("9\n"),
    code: "VERSION_MISMATCH",
    line: /made by PostgreSQL 9, but here is only/,
  },
];

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
  let home: string;
  let pristine: string;

  beforeAll(async () => {
    project = stage.project("broken");
    await (await stage.join(project)).leave();
    home = path.join(project, ".alliance");
    pristine = path.join(stage.directory, "pristine");
    copyWithOwner(home, pristine);
  });

  test.each(damages)("$what", async ({ item, damage, code, line }) => {
    damage(path.join(home, item));
    const refusal: unknown = await stage.join(project).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code });
    const described = describeEmbeddedFailure(refusal);
    expect(described).toMatch(line);
    expect(described).toMatch(/`npm run reset`/);
    expect(described).not.toContain("\n");
    expect(serverPid(project)).toBeUndefined();

    fs.rmSync(path.join(home, item), { recursive: true, force: true });
    copyWithOwner(path.join(pristine, item), path.join(home, item));
  });

  test("and opens again once it is whole", async () => {
    const database = await stage.join(project);
    expect(await query(database.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
    await database.leave();
  });

  test("and a reset is the way out", async () => {
    fs.rmSync(path.join(home, "data", "PG_VERSION"));
    await resetEmbeddedDatabase({ projectDirectory: project });
    const database = await stage.join(project);
    expect(await query(database.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
    await database.leave();
  });
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

/** `cp` keeps owner and mode, which the server insists on; Node's own copy does not. */
function copyWithOwner(from: string, to: string): void {
  execFileSync("cp", ["-pR", from, to]);
}

function cut(bytes: number): (file: string) => void {
  return (file) => fs.truncateSync(file, bytes);
}

function write(content: string): (file: string) => void {
  return (file) => fs.writeFileSync(file, content);
}

function makeEmpty(directory: string): void {
  for (const entry of fs.readdirSync(directory)) fs.rmSync(path.join(directory, entry), { recursive: true });
}

function swapPasswords(file: string): void {
  const secrets = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>;
  fs.writeFileSync(file, JSON.stringify({ ...secrets, ownerPassword: secrets.appPassword }));
}
