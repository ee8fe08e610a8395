import { readConfig } from "../../src/config";
import { openAlliance } from "../../src/main";
import { makeLog } from "../../src/observability/log";
import { runAlliance, temporaryHome, type Home } from "../support/alliance-process";

/* The first person of an empty alliance comes in by the command line; nobody is there to register anybody. */

const issuer = "https://login.example.org";
let home: Home;
beforeAll(() => {
  home = temporaryHome();
});
afterAll(() => home.remove());

const register = (...args: string[]) =>
  runAlliance(["actor", "register", "--issuer", issuer, ...args], { ALLIANCE_HOME: home.directory });

it.each([
  ["a role that nobody has", ["--subject", "1", "--staff", "BOSS"], 2, `--staff is "BOSS", expected some of MARKETER`],
  ["two kinds at once", ["--subject", "1", "--service", "--staff", "RISK"], 2, "exactly one of --staff, --partner"],
  ["no kind", ["--subject", "1"], 2, "exactly one of --staff, --partner and --service is needed"],
  ["no subject", ["--service"], 2, "--issuer and --subject are needed"],
  [
    "a partner that does not exist",
    ["--subject", "1", "--partner", "x", "--scopes", "tags:write"],
    1,
    `The partner "x"`,
  ],
])("refuses %s in one line", async (_what, args, code, line) => {
  const ended = await register(...args);
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(line) });
});

it("registers staff, once", async () => {
  expect(await register("--subject", "4711", "--staff", "OPERATIONS,AUDITOR")).toMatchObject({ code: 0 });
  const again = await register("--subject", "4711", "--staff", "OPERATIONS");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("disable it first") });
  const config = readConfig({ ALLIANCE_HOME: home.directory });
  const alliance = await openAlliance(config, makeLog({ level: "silent", format: "json" }));
  const { database } = alliance.services;
  const rows = await database.app.$client`select kind, roles from alliance.actors where issuer = ${issuer}`;
  await alliance.close();
  expect(rows).toEqual([{ kind: "staff", roles: expect.stringMatching(/OPERATIONS,AUDITOR/) }]);
});
