import fc from "fast-check";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ConfigError, isLoopback, maskPassword, readConfig, variableNames } from "../../src/config";

const key = "A".repeat(43);
const given = { DATABASE_URL: "postgres://owner:hunter2@db:5432/alliance", ALLIANCE_MASTER_KEY: key };

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

it("needs nothing to be set", () => {
  const config = readConfig({});
  expect(config).toMatchObject({ host: "127.0.0.1", port: 4000, database: { kind: "embedded" }, oidcIssuers: [] });
});

it("takes an empty value for one that is not set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "", ALLIANCE_MAX_COST: "" }).port).toBe(4000);
});

it.each([
  ["PORT", "http", "a whole number from 0 to 65535"],
  ["PORT", "65536", "a whole number from 0 to 65535"],
  ["PORT", "-1", "a whole number from 0 to 65535"],
  ["PORT", "1e3", "a whole number from 0 to 65535"],
  ["PORT", "80.5", "a whole number from 0 to 65535"],
  ["HOST", "not a host", "a host name or an IP address"],
  ["NODE_ENV", "prod", 'one of "development", "test", "production"'],
  ["ALLIANCE_WORKERS", "0", "a whole number from 1 to 64"],
  ["ALLIANCE_WORKERS", "65", "a whole number from 1 to 64"],
  ["ALLIANCE_WORKERS", "all", "a whole number from 1 to 64"],
  ["ALLIANCE_TIME_ZONE", "Shanghai", "an IANA name such as Asia/Shanghai"],
  ["ALLIANCE_PAGE", "yes", 'one of "on", "off"'],
  ["ALLIANCE_LOG_LEVEL", "loud", 'one of "fatal", "error", "warn", "info", "debug", "silent"'],
  ["ALLIANCE_MAX_TOKENS", "99", "a whole number from 100 to 100000"],
  ["ALLIANCE_INTROSPECTION", "true", 'one of "authenticated", "everyone", "nobody"'],
  [
    "ALLIANCE_TRUSTED_ONLY",
    "members",
    'a comma list of "anonymous", "member", "partner", "service", "staff" and "client:<id>"',
  ],
])("refuses %s=%s with value and expectation", (name, value, expectation) => {
  expect(problems({ [name]: value })).toEqual([`${name} is ${JSON.stringify(value)}, expected ${expectation}`]);
});

it("names everything that is wrong at once", () => {
  const wrong = {
    PORT: "x",
    ALLIANCE_PORT: "4000",
    ALLIANCE_COLOUR: "red",
    ALLIANCE_MAX_COST: "?",
    NODE_ENV: "production",
  };
  expect(
    problems(wrong)
      .map((line) => line.split(" ")[0])
      .sort(),
  ).toEqual(["ALLIANCE_COLOUR", "ALLIANCE_MAX_COST", "ALLIANCE_PORT", "DATABASE_URL", "PORT"]);
});

it("refuses unknown names of its own and says where a prefix is too much, and leaves others alone", () => {
  expect(problems({ ALLIANCE_PORT: "4000" })).toEqual([
    expect.stringContaining("the name is PORT, without the prefix"),
  ]);
  expect(problems({ PATH: "/bin", npm_config_x: "1", PGHOST: "x" })).toEqual([]);
});

it("refuses the urls of the second wall without their prefix, which would leave it down unseen", () => {
  expect(problems({ VAULT_DATABASE_URL: "postgres://vault:secret@db/alliance" })).toEqual([
    `VAULT_DATABASE_URL is "postgres://vault:***@db/alliance", but the setting is called ALLIANCE_VAULT_DATABASE_URL`,
  ]);
});

describe("a given database", () => {
  it("comes with the master key of its data", () => {
    expect(readConfig(given).database).toMatchObject({ kind: "given", masterKey: Buffer.alloc(32) });
    expect(problems({ DATABASE_URL: given.DATABASE_URL })).toEqual([
      expect.stringMatching(/^ALLIANCE_MASTER_KEY is not set/),
    ]);
  });

  it.each(["mysql://u@h/d", "postgres://h", "localhost:5432", "postgres:///d"])("is no %s", (url) => {
    expect(problems({ ...given, DATABASE_URL: url })).toEqual([expect.stringContaining("expected a PostgreSQL URL")]);
  });

  it("is needed in production", () => {
    expect(problems({ NODE_ENV: "production" })).toEqual([expect.stringMatching(/^DATABASE_URL is not set/)]);
    expect(problems({ ...given, NODE_ENV: "production" })).toEqual([]);
  });

  it.each(["ALLIANCE_APP_DATABASE_URL", "ALLIANCE_VAULT_DATABASE_URL", "ALLIANCE_MASTER_KEY"])(
    "is what %s belongs to",
    (name) => {
      const value = name === "ALLIANCE_MASTER_KEY" ? key : "postgres://a@h/d";
      expect(problems({ [name]: value })).toEqual([expect.stringMatching(`^${name} is .* together with DATABASE_URL`)]);
    },
  );
});

describe("secrets", () => {
  it("never stand in a message", () => {
    const environment = {
      DATABASE_URL: "mysql://owner:hunter2@db/alliance?password=hunter2",
      ALLIANCE_MASTER_KEY: "hunter2",
      ALLIANCE_SECRET: "hunter2",
      ALLIANCE_OLD_KEY: "hunter2",
      ALLIANCE_APP_DATABASE_URL: "owner:hunter2@db/x",
      ALLIANCE_VAULT_DATABASE_URL: "postgres://owner:hunter2/?#@hunter2@db",
    };
    const text = problems(environment).join("\n");
    expect(text).toContain('DATABASE_URL is "mysql://owner:***@db/alliance?password=***"');
    expect(text).toContain('ALLIANCE_APP_DATABASE_URL is "***@db/x"');
    expect(text).toContain('ALLIANCE_VAULT_DATABASE_URL is "postgres://owner:***@db"');
    expect(text).not.toContain("hunter2");
  });

  it("are hidden in every URL, whatever the password is made of", () => {
    const password = fc
      .stringMatching(/^[\x21-\x7e]{8,30}$/)
      .filter((text) => !"postgres://user:***@host:5432/db".includes(text));
    fc.assert(fc.property(password, (text) => !maskPassword(`postgres://user:${text}@host:5432/db`).includes(text)));
  });
});

describe("OIDC issuers", () => {
  const issuer = {
    issuer: "https://id.example",
    audience: "alliance",
    jwksUrl: "https://id.example/jwks",
    algorithms: ["RS256"],
  };

  it("are read from a JSON list", () => {
    expect(readConfig({ ALLIANCE_OIDC_ISSUERS: JSON.stringify([issuer]) }).oidcIssuers).toEqual([issuer]);
    expect(
      problems({ ALLIANCE_OIDC_ISSUERS: JSON.stringify([{ ...issuer, jwksUrl: "http://127.0.0.1:9/jwks" }]) }),
    ).toEqual([]);
  });

  it.each([
    ["no JSON", "issuer", "value"],
    ["no list", JSON.stringify(issuer), "value"],
    ["a missing audience", JSON.stringify([{ ...issuer, audience: undefined }]), "0.audience"],
    ["an unknown field", JSON.stringify([{ ...issuer, secret: "x" }]), "secret"],
    ["keys fetched in clear", JSON.stringify([{ ...issuer, jwksUrl: "http://id.example/jwks" }]), "0.jwksUrl"],
    ["a symmetric algorithm", JSON.stringify([{ ...issuer, algorithms: ["HS256"] }]), "0.algorithms.0"],
    ["one issuer twice", JSON.stringify([issuer, issuer]), "configured twice"],
    ["no algorithm", JSON.stringify([{ ...issuer, algorithms: [] }]), "0.algorithms"],
  ])("are refused for %s", (_what, value, where) => {
    const [line] = problems({ ALLIANCE_OIDC_ISSUERS: value });
    expect(line).toContain("expected a JSON list of");
    expect(line).toContain(where);
  });
});

it.each([
  ["127.0.0.1", true],
  ["127.8.9.1", true],
  ["localhost", true],
  ["::1", true],
  ["[::1]", true],
  ["0.0.0.0", false],
  ["127.0.0.1.example.org", false],
  ["localhost.example.org", false],
  ["10.0.0.1", false],
])("knows whether %s is this machine alone: %s", (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});

describe("docs/configuration.md", () => {
  const text = readFileSync(path.join(__dirname, "../../docs/configuration.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)`\s*\| (?:`([^`]*)`)?([^|]*)\|/gm)].map(([, name = "", value]) => ({
    name,
    value,
  }));

  it("describes every variable, and no other", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...variableNames].sort());
  });

  it("tells the defaults that hold", () => {
    const told = Object.fromEntries(rows.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
    expect(readConfig(told)).toEqual(readConfig({}));
  });
});
