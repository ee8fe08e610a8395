import { parse, validate } from "graphql";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { exampleQueries, welcomeText } from "../../src/cli/welcome";
import { buildAllianceSchema } from "../../src/schema";
import { AllianceProcess, runAlliance, temporaryHome, type Ended, type Home } from "../support/alliance-process";

const project = path.join(__dirname, "..", "..");
/** Starting a database and applying every migration, while other test files do the same. */
jest.setTimeout(120_000);

/** One line for a person, and no stack. */
function expectOneLine({ stderr }: Ended, line: RegExp): void {
  expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(line)]);
}

async function ask(url: string, query: string, token?: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

describe("npm start", () => {
  let home: Home;
  let environment: Record<string, string>;
  const start = () => new AllianceProcess(["start", "--no-demo"], environment);
  const addressOf = async (alliance: AllianceProcess) =>
    (await alliance.said(/GraphQL {3}(http:\S+)\/graphql/))[1] ?? "";
  const serverRuns = () => fs.existsSync(path.join(home.directory, ".alliance", "data", "postmaster.pid"));

  beforeAll(() => {
    home = temporaryHome();
    environment = { ALLIANCE_HOME: home.directory };
  });
  afterAll(() => home.remove());

  it("makes a database, answers at the address it prints, and stops cleanly though npm passes Ctrl-C on twice", async () => {
    const alliance = start();
    const url = await addressOf(alliance);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(url, "{ __typename }")).toEqual({ data: { __typename: "Query" } });
    expect(await ask(url, "{ viewer { kind } }")).not.toHaveProperty("errors");
    const [, token = ""] = await alliance.said(/^ {2}operator: .*\n {2}(\S+)$/m);
    expect(await ask(url, "{ viewer { kind } }", token)).toEqual({ data: { viewer: { kind: "STAFF" } } });
    const statuses = ["/", "/healthz", "/readyz"].map(async (route) => (await fetch(`${url}${route}`)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
    expect(serverRuns()).toBe(true);
    alliance.signal("SIGINT");
    alliance.signal("SIGINT");
    const ended = await alliance.ended;
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(ended.stderr).toContain("Stopped.");
    expect(serverRuns()).toBe(false);
  });

  it("uses the data again, lets commands join the server, and the last one stops it", async () => {
    const alliance = start();
    await addressOf(alliance);
    const migrated = await runAlliance(["migrate"], environment);
    expect(migrated).toMatchObject({ code: 0, stdout: "The database was up to date already.\n" });
    const verified = await runAlliance(["audit", "verify", "--json"], environment);
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: 0 });
    expect(serverRuns()).toBe(true);
    expectOneLine(await runAlliance(["reset"], environment), /in use by process \d+/);
    alliance.signal("SIGTERM");
    expect((await alliance.ended).code).toBe(0);
    expect(serverRuns()).toBe(false);
  });

  it("recovers the data of a process that was killed", async () => {
    const killed = start();
    await addressOf(killed);
    killed.signal("SIGKILL");
    expect((await killed.ended).signal).toBe("SIGKILL");
    const alliance = start();
    const url = await addressOf(alliance);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    alliance.signal("SIGTERM");
    expect((await alliance.ended).code).toBe(0);
    expect(serverRuns()).toBe(false);
  });

  it("prints a development token that is good for the hours asked", async () => {
    const { code, stdout } = await runAlliance(["token", "operator", "--hours", "1"], environment);
    expect(code).toBe(0);
    const [, claims = ""] = stdout.trim().split(".");
    const { iat, exp, sub } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, number>;
    expect([(exp ?? 0) - (iat ?? 0), typeof sub]).toEqual([3600, "string"]);
  });

  it("prints no token for a subject that nobody registered", async () => {
    const ended = await runAlliance(["token", "tutorial:nobody"], environment);
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expectOneLine(ended, /^Nobody is registered as "tutorial:nobody"/);
  });

  it.each(["start", "reset"])("%s says that ALLIANCE_HOME does not exist, and does not make it", async (word) => {
    const missing = path.join(home.directory, "no", "such");
    const ended = await runAlliance([word], { ALLIANCE_HOME: missing });
    expect(ended.code).toBe(1);
    expectOneLine(ended, /^There is no directory .*such to keep the database in/);
    expect(fs.existsSync(path.dirname(missing))).toBe(false);
  });

  it("says that its data directory is broken", async () => {
    const broken = temporaryHome();
    const data = path.join(broken.directory, ".alliance", "data");
    fs.mkdirSync(data, { recursive: true });
    fs.writeFileSync(path.join(data, "PG_VERSION"), "no number\n");
    const ended = await runAlliance(["start"], { ALLIANCE_HOME: broken.directory });
    await broken.remove();
    expect(ended.code).toBe(1);
    expectOneLine(ended, /PG_VERSION|data directory/);
  });

  it("says that its port is in use, before it makes anything", async () => {
    const other = temporaryHome();
    const taken = http.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const ended = await runAlliance(["start"], { ALLIANCE_HOME: other.directory, PORT: String(port) });
    taken.close();
    expect(ended.code).toBe(1);
    expectOneLine(ended, new RegExp(`^Port ${port} on 127.0.0.1 is in use by another program`));
    expect(fs.readdirSync(other.directory)).toEqual([]);
    await other.remove();
  });

  it.each([
    ["nobody listens", "postgres://owner:hunter2@127.0.0.1:1/alliance", /127\.0\.0\.1/],
    ["no such host", "postgres://owner:hunter2@nowhere.invalid/alliance", /nowhere\.invalid/],
    ["no URL", "owner:hunter2@127.0.0.1", /^DATABASE_URL is .*expected a PostgreSQL URL/],
  ])("says what is wrong with DATABASE_URL: %s", async (_what, url, line) => {
    const ended = await runAlliance(["start"], { DATABASE_URL: url, ALLIANCE_MASTER_KEY: "A".repeat(43) });
    expect(ended.code).toBe(1);
    expectOneLine(ended, line);
    expect(ended.stderr).not.toContain("hunter2");
  });

  it("names every wrong setting, one a line", async () => {
    const ended = await runAlliance(["start"], { PORT: "http", ALLIANCE_PROT: "1" });
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^ALLIANCE_PROT is "1", but no such setting exists/),
      'PORT is "http", expected a whole number from 0 to 65535',
    ]);
  });
});

describe("a Node that is too old", () => {
  it.each(["18.20.8", "20.18.3"])("%s is refused in one line", async (version) => {
    const preload = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "old-node-")), "old.js");
    fs.writeFileSync(preload, `Object.defineProperty(process.versions, "node", { value: "${version}" });`);
    const ended = await new AllianceProcess(["start"], {}, ["-r", preload]).ended;
    fs.rmSync(path.dirname(preload), { recursive: true });
    expect(ended.code).toBe(1);
    expectOneLine(ended, new RegExp(`^Node ${version} is too old: Node 20.19 or newer is needed`));
  });

  it("can read the file that says so", () => {
    const source = fs.readFileSync(path.join(project, "bin", "alliance.js"), "utf8");
    expect(source.replace(/\/\*[^]*?\*\//g, "")).not.toMatch(/\b(const|let|class|async|await)\b|=>|\?\.|\?\?|`|\.\.\./);
  });
});

describe("the command line", () => {
  const refusals: readonly [args: readonly string[], line: RegExp][] = [
    [["frobnicate"], /^There is no command "frobnicate"/],
    [["toString"], /^There is no command "toString"/],
    [["--verbose"], /^There is no option "--verbose"/],
    [["start", "--fast"], /^start: Unknown option '--fast'/],
    [["start", "now"], /^start: "now" is not expected here/],
    [["start", "--workers", "0"], /^start: --workers is "0", expected a whole number from 1 to 64/],
    [["start", "--workers", "abc"], /^start: --workers is "abc", expected a whole number from 1 to 64/],
    [["start", "--workers", "65"], /^start: --workers is "65", expected a whole number from 1 to 64/],
    [["start", "--workers="], /^start: --workers is "", expected a whole number from 1 to 64/],
    [["token"], /^token: NAME is missing/],
    [["token", "nobody"], /^token: "nobody" is unknown, expected one of operator/],
    [["token", "operator", "--hours", "0"], /^token: --hours is "0"/],
    [["schema", "print"], /^schema: "print" is unknown, expected emit or check/],
    [["audit", "alter"], /^audit: "alter" is unknown, expected verify/],
    [["import", "wishes"], /^import: "wishes" is unknown/],
  ];
  let ended: readonly Ended[];

  // At once: each is a process that mostly loads code, and has nothing to do with the others.
  beforeAll(async () => {
    ended = await Promise.all(refusals.map(([args]) => runAlliance(args)));
  });

  it.each(refusals.map(([args, line], index) => ({ args, line, index })))(
    "refuses $args with code 2",
    ({ line, index }) => {
      const one = ended[index] as Ended;
      expect(one.code).toBe(2);
      expectOneLine(one, line);
    },
  );

  it("explains itself and every command", async () => {
    const overview = await runAlliance(["--help"]);
    expect(overview.code).toBe(0);
    const words = [...overview.stdout.matchAll(/^ {2}(\w+)/gm)].map(([, word]) => word ?? "");
    expect(words).toEqual(expect.arrayContaining(["start", "reset", "migrate", "import", "token", "schema", "audit"]));
    const helps = await Promise.all(words.map((word) => runAlliance([word, "--help"])));
    for (const { code, stdout } of helps) expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage:/)]);
  });

  it("does not reset or distribute the wrong kind of database", async () => {
    const given = { DATABASE_URL: "postgres://u@127.0.0.1:1/d", ALLIANCE_MASTER_KEY: "A".repeat(43) };
    const [reset, distribute] = await Promise.all([runAlliance(["reset"], given), runAlliance(["distribute"])]);
    expect([reset.code, distribute.code]).toEqual([1, 1]);
    expectOneLine(reset, /^reset removes the embedded database only/);
    expectOneLine(distribute, /^distribute needs DATABASE_URL/);
  });
});

describe("the welcome", () => {
  it("asks questions that the schema answers, and that survive a shell", () => {
    const schema = buildAllianceSchema();
    for (const { query } of exampleQueries) {
      expect(validate(schema, parse(query))).toEqual([]);
      expect(query).not.toMatch(/['"\\\n]/);
    }
    expect(exampleQueries).toHaveLength(3);
  });

  it("shows a token for each kind of actor, ready to be pasted", () => {
    const tokens = [
      { name: "operator", description: "staff", token: "aaa.bbb.ccc", hours: 12 },
      { name: "member", description: "a member", token: "ddd.eee.fff", hours: 12 },
    ];
    const url = "http://127.0.0.1:4000";
    const text = welcomeText({ url, metricsUrl: undefined, page: true, workers: 1, seconds: 1, tokens });
    expect(text).toMatch(/^ {2}ddd\.eee\.fff$/m);
    expect(text).toContain("TOKEN=aaa.bbb.ccc");
    expect(text.match(/curl -s http:\/\/127\.0\.0\.1:4000\/graphql/g)).toHaveLength(3);
  });
});
