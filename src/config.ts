import path from "node:path";
import { z } from "zod";
import { problemOf as problemOfIssuers } from "./auth/core/issuer";
import { readTrustedOnly, type TrustedOnly } from "./documents/core/trusted-only";
import type { CheckpointKeys } from "./ledger/core/checkpoint";
import { defaultRanking, type Ranking } from "./rules/core/ranking";
import { isTimeZone } from "./kernel/time-zone";

/** A token issuer that is trusted, with what its tokens must say. */
export interface OidcIssuer {
  /** Exactly the `iss` claim. */
  readonly issuer: string;
  /** One of the values of the `aud` claim. */
  readonly audience: string;
  readonly jwksUrl: string;
  /** The only signature algorithms accepted: `["RS256"]`. */
  readonly algorithms: readonly string[];
}

export type DatabaseChoice =
  /** The project's own server; `home` is the directory below which its data directory lies. */
  | { readonly kind: "embedded"; readonly home: string }
  | {
      readonly kind: "given";
      /** Of the owner: migrates, makes roles. The doors use it too where they have no url of their own. */
      readonly ownerUrl: string;
      readonly appUrl: string | undefined;
      readonly vaultUrl: string | undefined;
      /** 32 bytes from which the keys for personal data, ids and API keys are derived. */
      readonly masterKey: Buffer;
    };

/** What one request may ask for. All are inclusive. */
export interface Limits {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly tokens: number;
  readonly cost: number;
  /** Items in one list of a request's arguments and variables. */
  readonly listItems: number;
  /** Cost one caller may spend in a minute; 0 switches the rate limit off. */
  readonly costPerMinute: number;
}

export type Introspection = "authenticated" | "everyone" | "nobody";

export interface Config {
  readonly environment: "development" | "test" | "production";
  readonly host: string;
  readonly port: number;
  readonly page: boolean;
  /** IANA zone whose days and hours the alliance counts by. */
  readonly timeZone: string;
  /** Processes that serve the same port; 1 is this process alone. */
  readonly workers: number;
  readonly maxBodyBytes: number;
  readonly drainSeconds: number;
  readonly drainDelaySeconds: number;
  readonly metrics: { readonly host: string; readonly port: number };
  readonly database: DatabaseChoice;
  readonly poolSize: number;
  readonly audiences: { readonly memoryMegabytes: number; readonly minimumGroup: number };
  readonly log: { readonly level: string; readonly format: "json" | "lines" | "auto" };
  readonly oidcIssuers: readonly OidcIssuer[];
  readonly introspection: Introspection;
  /** Who may send registered documents only. */
  readonly trustedOnly: TrustedOnly;
  readonly limits: Limits;
  /** Where signed checkpoints of the ledger are kept. */
  readonly checkpointFolder: string;
  readonly checkpointKeys: CheckpointKeys;
  /** How the offers that match a member are ranked. */
  readonly ranking: Ranking;
}

/** More would need another pool of connections each than a PostgreSQL server has. */
export const mostWorkers = 64;

/** Everything that is wrong with the environment, one line a problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Reads the whole configuration from the environment: the only place that does (the embedded database looks up
 * ALLIANCE_PG_BIN itself). An empty value counts as not set. Throws a ConfigError that names every problem at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = z.object(variables).safeParse(set);
  const problems = [
    ...unknownNames(set),
    ...(parsed.error?.issues ?? []).map((issue) => problemOf(String(issue.path[0]), set, issue.message)),
    ...contradictions(set),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return arrange(parsed.data);
}

/** 127.0.0.0/8, ::1 and the name for them: what no other machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Where package.json lies: src/ and dist/ are both one level below it. */
const projectDirectory = path.resolve(__dirname, "..");

const wholeNumber = (least: number, most: number) => {
  const expectation = `a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, { error: expectation, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, expectation);
};

const oneOf = <Choice extends string>(...choices: Choice[]) =>
  z.enum(choices, { error: `one of ${choices.map((choice) => `"${choice}"`).join(", ")}` });

const host = z.string().regex(/^[A-Za-z0-9.:_[\]-]+$/, "a host name or an IP address");

const timeZone = z.string().refine(isTimeZone, "an IANA name such as Asia/Shanghai");

const databaseUrl = z
  .string()
  .refine(isDatabaseUrl, "a PostgreSQL URL such as postgres://user:password@host:5432/database");

const masterKey = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{43}=?$/,
    "32 random bytes as base64url (43 characters): `openssl rand -base64 32 | tr '+/' '-_'`",
  )
  .transform((text) => Buffer.from(text, "base64url"));

/** An Ed25519 public key in DER is 44 bytes long. */
const publicKeys = z
  .string()
  .regex(/^[A-Za-z0-9+/]{59}=(,[A-Za-z0-9+/]{59}=)*$/, "a comma list of public keys as `ledger key` prints them")
  .transform((text): readonly string[] => text.split(","));

const issuers = z.array(
  z.strictObject({
    issuer: z.string().min(1),
    audience: z.string().min(1),
    jwksUrl: z.string().refine(isSafeJwksUrl, "https, or http on this machine alone"),
    algorithms: z.array(z.string().regex(/^((RS|PS|ES)(256|384|512)|EdDSA)$/, "an asymmetric algorithm")).min(1),
  }),
);

const issuerList = z.string().transform((text, context): readonly OidcIssuer[] => {
  const parsed = issuers.safeParse(parseJson(text));
  const problem = parsed.success ? problemOfIssuers(parsed.data) : wrongParts(parsed.error);
  if (parsed.success && problem === undefined) return parsed.data;
  const expectation = 'a JSON list of {"issuer", "audience", "jwksUrl", "algorithms": ["RS256"]}';
  context.addIssue({ code: "custom", message: `${expectation} (${problem})` });
  return z.NEVER;
});

const trustedOnly = z.string().transform((text, context): TrustedOnly => {
  const read = readTrustedOnly(text);
  if (read) return read;
  const message = 'a comma list of "anonymous", "member", "partner", "service", "staff" and "client:<id>"';
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function wrongParts(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`).join("; ");
}

/** Every variable, in the order of docs/configuration.md. A message is the expectation that a wrong value is told. */
const variables = {
  NODE_ENV: oneOf("development", "test", "production").default("development"),
  HOST: host.default("127.0.0.1"),
  PORT: wholeNumber(0, 65535).default(4000),
  ALLIANCE_WORKERS: wholeNumber(1, mostWorkers).default(1),
  ALLIANCE_PAGE: oneOf("on", "off").default("on"),
  ALLIANCE_TIME_ZONE: timeZone.default("Asia/Shanghai"),
  ALLIANCE_DRAIN_SECONDS: wholeNumber(0, 600).default(20),
  ALLIANCE_DRAIN_DELAY_SECONDS: wholeNumber(0, 600).default(0),
  ALLIANCE_METRICS_HOST: host.default("127.0.0.1"),
  ALLIANCE_METRICS_PORT: wholeNumber(0, 65535).default(9464),
  ALLIANCE_LOG_LEVEL: oneOf("fatal", "error", "warn", "info", "debug", "silent").default("info"),
  ALLIANCE_LOG_FORMAT: oneOf("json", "lines", "auto").default("auto"),
  DATABASE_URL: databaseUrl.optional(),
  ALLIANCE_APP_DATABASE_URL: databaseUrl.optional(),
  ALLIANCE_VAULT_DATABASE_URL: databaseUrl.optional(),
  ALLIANCE_DATABASE_POOL_SIZE: wholeNumber(2, 500).default(10),
  ALLIANCE_MASTER_KEY: masterKey.optional(),
  ALLIANCE_HOME: z.string().default(projectDirectory),
  ALLIANCE_CHECKPOINTS: z.string().optional(),
  ALLIANCE_CHECKPOINT_KEY: masterKey.optional(),
  ALLIANCE_CHECKPOINT_FORMER_KEYS: publicKeys.default([]),
  ALLIANCE_PG_BIN: z.string().optional(),
  ALLIANCE_OIDC_ISSUERS: issuerList.default([]),
  ALLIANCE_AUDIENCE_MEMORY_MEGABYTES: wholeNumber(16, 1_048_576).default(256),
  ALLIANCE_MINIMUM_GROUP: wholeNumber(2, 10_000).default(50),
  ALLIANCE_INTROSPECTION: oneOf("authenticated", "everyone", "nobody").default("authenticated"),
  ALLIANCE_TRUSTED_ONLY: trustedOnly.default({ kinds: new Set(), clients: new Set() }),
  ALLIANCE_MAX_BODY_BYTES: wholeNumber(1024, 104_857_600).default(1_048_576),
  ALLIANCE_MAX_DEPTH: wholeNumber(3, 100).default(12),
  ALLIANCE_MAX_ALIASES: wholeNumber(0, 1000).default(30),
  ALLIANCE_MAX_DIRECTIVES: wholeNumber(0, 1000).default(30),
  ALLIANCE_MAX_TOKENS: wholeNumber(100, 100_000).default(2000),
  ALLIANCE_MAX_COST: wholeNumber(10, 1_000_000_000).default(5000),
  ALLIANCE_MAX_LIST_ITEMS: wholeNumber(1, 100_000).default(5000),
  ALLIANCE_COST_PER_MINUTE: wholeNumber(0, 1_000_000_000).default(100_000),
  ALLIANCE_RANKING_PRIORITY: wholeNumber(0, 100).default(defaultRanking.weights.priority),
  ALLIANCE_RANKING_VALUE: wholeNumber(0, 100).default(defaultRanking.weights.value),
  ALLIANCE_RANKING_FRESHNESS: wholeNumber(0, 100).default(defaultRanking.weights.freshness),
  ALLIANCE_RANKING_RESPONSE: wholeNumber(0, 100).default(defaultRanking.weights.response),
  ALLIANCE_RANKING_HALF_VALUE: wholeNumber(1, 1_000_000_000).default(defaultRanking.halfValueMinor),
  ALLIANCE_RANKING_HALF_AGE_DAYS: wholeNumber(1, 10_000).default(defaultRanking.halfAgeDays),
};

/** For the test that keeps docs/configuration.md complete. */
export const variableNames: readonly string[] = Object.keys(variables);

const unprefixed = new Set(variableNames.filter((name) => !name.startsWith("ALLIANCE_")));
const secretNames = new Set(["ALLIANCE_MASTER_KEY"]);

type Values = z.output<z.ZodObject<typeof variables>>;

function arrange(values: Values): Config {
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    page: values.ALLIANCE_PAGE === "on",
    timeZone: values.ALLIANCE_TIME_ZONE,
    workers: values.ALLIANCE_WORKERS,
    maxBodyBytes: values.ALLIANCE_MAX_BODY_BYTES,
    drainSeconds: values.ALLIANCE_DRAIN_SECONDS,
    drainDelaySeconds: values.ALLIANCE_DRAIN_DELAY_SECONDS,
    metrics: { host: values.ALLIANCE_METRICS_HOST, port: values.ALLIANCE_METRICS_PORT },
    database: databaseChoice(values),
    poolSize: values.ALLIANCE_DATABASE_POOL_SIZE,
    audiences: {
      memoryMegabytes: values.ALLIANCE_AUDIENCE_MEMORY_MEGABYTES,
      minimumGroup: values.ALLIANCE_MINIMUM_GROUP,
    },
    log: { level: values.ALLIANCE_LOG_LEVEL, format: values.ALLIANCE_LOG_FORMAT },
    checkpointFolder: path.resolve(
      values.ALLIANCE_CHECKPOINTS ?? path.join(values.ALLIANCE_HOME, ".alliance", "checkpoints"),
    ),
    checkpointKeys: {
      seed: values.ALLIANCE_CHECKPOINT_KEY,
      formerPublicKeys: values.ALLIANCE_CHECKPOINT_FORMER_KEYS,
    },
    oidcIssuers: values.ALLIANCE_OIDC_ISSUERS,
    introspection: values.ALLIANCE_INTROSPECTION,
    trustedOnly: values.ALLIANCE_TRUSTED_ONLY,
    limits: {
      depth: values.ALLIANCE_MAX_DEPTH,
      aliases: values.ALLIANCE_MAX_ALIASES,
      directives: values.ALLIANCE_MAX_DIRECTIVES,
      tokens: values.ALLIANCE_MAX_TOKENS,
      cost: values.ALLIANCE_MAX_COST,
      listItems: values.ALLIANCE_MAX_LIST_ITEMS,
      costPerMinute: values.ALLIANCE_COST_PER_MINUTE,
    },
    ranking: {
      weights: {
        priority: values.ALLIANCE_RANKING_PRIORITY,
        value: values.ALLIANCE_RANKING_VALUE,
        freshness: values.ALLIANCE_RANKING_FRESHNESS,
        response: values.ALLIANCE_RANKING_RESPONSE,
      },
      halfValueMinor: values.ALLIANCE_RANKING_HALF_VALUE,
      halfAgeDays: values.ALLIANCE_RANKING_HALF_AGE_DAYS,
    },
  };
}

function databaseChoice(values: Values): DatabaseChoice {
  const { DATABASE_URL: ownerUrl, ALLIANCE_MASTER_KEY: key } = values;
  if (!ownerUrl || !key) return { kind: "embedded", home: path.resolve(values.ALLIANCE_HOME) };
  return {
    kind: "given",
    ownerUrl,
    appUrl: values.ALLIANCE_APP_DATABASE_URL,
    vaultUrl: values.ALLIANCE_VAULT_DATABASE_URL,
    masterKey: key,
  };
}

/** Names without the prefix that would be missed silently although much depends on them. */
const missingPrefix = ["APP_DATABASE_URL", "VAULT_DATABASE_URL"];

function unknownNames(set: Record<string, unknown>): string[] {
  const known = new Set(variableNames);
  const bare = missingPrefix.filter((name) => name in set);
  return [
    ...bare.map((name) => `${name} is ${shown(name, set)}, but the setting is called ALLIANCE_${name}`),
    ...unknownWithPrefix(set, known),
  ];
}

function unknownWithPrefix(set: Record<string, unknown>, known: ReadonlySet<string>): string[] {
  return Object.keys(set)
    .filter((name) => name.startsWith("ALLIANCE_") && !known.has(name))
    .map((name) => {
      const bare = name.slice("ALLIANCE_".length);
      const meant = unprefixed.has(bare) ? ` (the name is ${bare}, without the prefix)` : "";
      return `${name} is ${shown(name, set)}, but no such setting exists${meant}; docs/configuration.md lists them all`;
    });
}

function problemOf(name: string, set: Record<string, unknown>, expectation: string): string {
  return `${name} is ${shown(name, set)}, expected ${expectation}`;
}

/** What single values cannot tell: settings that need or exclude each other. */
function contradictions(set: Record<string, unknown>): string[] {
  if (set.DATABASE_URL !== undefined) {
    return set.ALLIANCE_MASTER_KEY === undefined
      ? ["ALLIANCE_MASTER_KEY is not set, expected 32 random bytes as base64url, since DATABASE_URL is set"]
      : [];
  }
  const problems = ["ALLIANCE_APP_DATABASE_URL", "ALLIANCE_VAULT_DATABASE_URL", "ALLIANCE_MASTER_KEY"]
    .filter((name) => set[name] !== undefined)
    .map((name) => `${name} is ${shown(name, set)}, expected only together with DATABASE_URL, which is not set`);
  if (set.NODE_ENV === "production") {
    problems.push('DATABASE_URL is not set, expected a PostgreSQL URL, since NODE_ENV is "production"');
  }
  return problems;
}

/** A value for a message: passwords and keys are never shown. */
function shown(name: string, set: Record<string, unknown>): string {
  const value = set[name];
  if (typeof value !== "string") return "not set";
  if (secretNames.has(name) || /(^|_)(KEY|SECRET|PASSWORD|TOKEN)(_|$)/.test(name))
    return `(hidden, ${value.length} characters)`;
  return JSON.stringify(maskPassword(value));
}

/**
 * `postgres://user:secret@host` becomes `postgres://user:***@host`. Up to the last `@`, since the URLs that are refused
 * are often those whose password should have been percent-encoded; without a scheme everything before it is hidden.
 */
export function maskPassword(url: string): string {
  const masked = /^[a-z][\w+.-]*:\/\//i.test(url)
    ? url.replace(/^([^:]+:\/\/[^:/?#@]*):.*@/s, "$1:***@")
    : url.replace(/^.*@/s, "***@");
  return masked.replace(/([?&]password=)[^&]*/gi, "$1***");
}

function isDatabaseUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length > 1;
  } catch {
    return false;
  }
}

/** Keys fetched in clear could be replaced on the way, and with them every token. */
function isSafeJwksUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
