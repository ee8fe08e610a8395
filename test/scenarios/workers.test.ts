import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AllianceProcess, temporaryHome, type Home } from "../support/alliance-process";

jest.setTimeout(120_000);

let home: Home;
beforeAll(() => (home = temporaryHome()));
const started: AllianceProcess[] = [];
afterAll(async () => {
  // What a failed test left running.
  for (const alliance of started) alliance.signal("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
  await home.remove();
});

function start(environment: Record<string, string> = {}, nodeOptions: readonly string[] = []): AllianceProcess {
  const args = ["start", "--no-demo", "--workers", "2"];
  const alliance = new AllianceProcess(args, { ALLIANCE_HOME: home.directory, ...environment }, nodeOptions);
  started.push(alliance);
  return alliance;
}
const addressOf = async (alliance: AllianceProcess) => (await alliance.said(/GraphQL {3}(http:\S+)\/graphql/))[1] ?? "";
const databaseRuns = () => fs.existsSync(path.join(home.directory, ".alliance", "data", "postmaster.pid"));

interface Reply {
  readonly status: number | undefined;
  readonly body: string;
}

/** On a connection of its own, so that the workers take turns. `begun` is awaited between the head and the body. */
function post(url: string, query: string, begun?: () => Promise<void>): Promise<Reply> {
  const body = JSON.stringify({ query });
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(begun ? { expect: "100-continue" } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/graphql`, { method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve({ status: response.statusCode, body: text }));
    });
    request.on("error", reject);
    // The server has taken the request when it asks for the body.
    if (begun) request.once("continue", () => void begun().then(() => request.end(body)));
    else request.end(body);
  });
}

const answered = { status: 200, body: '{"data":{"__typename":"Query"}}\n' };

/** Of those that answered so far; the log names them. */
async function workersOf(alliance: AllianceProcess, url: string): Promise<[number, number]> {
  await Promise.all([1, 2, 3, 4].map(() => post(url, "{ __typename }")));
  const [, one, other] = await alliance.said(/"worker":(\d+)\b[^]*"worker":(?!\1\b)(\d+)/);
  return [Number(one), Number(other)];
}

/** Asks until somebody answers who is none of these; every answer must be one. */
async function newcomer(alliance: AllianceProcess, url: string, known: readonly number[]) {
  const answers = alliance.said(new RegExp(`"worker":(?!(?:${known.join("|")})\\b)(\\d+)`));
  let asked = 0;
  for (let isThere = false; !isThere; asked += 1) {
    expect(await post(url, "{ __typename }")).toEqual(answered);
    isThere = await Promise.race([answers.then(() => true), pause(20, false)]);
  }
  return { pid: Number((await answers)[1]), asked };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("npm start with two workers", () => {
  let alliance: AllianceProcess;
  let url: string;
  let metricsUrl: string;
  let workers: [number, number];
  const gone: number[] = [];
  const counted = async (name: string): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  };

  beforeAll(async () => {
    const port = await freePort();
    metricsUrl = `http://127.0.0.1:${port}/metrics`;
    alliance = start({ ALLIANCE_METRICS_PORT: String(port), ALLIANCE_DATABASE_POOL_SIZE: "3" });
    url = await addressOf(alliance);
  });

  it("answers from both at one address, ready and with tokens that every worker knows", async () => {
    workers = await workersOf(alliance, url);
    expect(workers[0]).not.toBe(workers[1]);
    expect(workers).not.toContain(alliance.pid);
    const page = await (await fetch(`${url}/`)).text();
    const [, token = ""] = await alliance.said(/^ {2}operator: .*\n {2}(\S+)$/m);
    expect(page).toMatch(/eyJ\w+\.\w+\.\w+/);
    for (let n = 0; n < 4; n += 1) {
      const headers = { connection: "close", authorization: `Bearer ${token}` };
      const asked = await fetch(`${url}/graphql?query={viewer{kind}}`, {
        headers: { ...headers, "apollo-require-preflight": "1" },
      });
      expect(await asked.json()).toEqual({ data: { viewer: { kind: "STAFF" } } });
      expect((await fetch(`${url}/readyz`, { headers })).status).toBe(200);
    }
  });

  it("counts what both did in one scrape", async () => {
    const before = await counted("alliance_graphql_operations_total");
    await Promise.all([1, 2, 3, 4].map(() => post(url, "{ __typename }")));
    expect(await counted("alliance_graphql_operations_total")).toBe(before + 4);
    expect(await counted("alliance_workers_serving")).toBe(2);
    expect(await counted("alliance_database_pool_size")).toBe(6);
    expect(await counted("alliance_database_up")).toBe(1);
  });

  it("goes on without one that was killed, replaces it, and forgets nothing that it had counted", async () => {
    const before = await counted("alliance_graphql_operations_total");
    process.kill(workers[0], "SIGKILL");
    await alliance.said(/a worker ended and is replaced/);
    expect(await Promise.all([1, 2, 3].map(() => post(url, "{ __typename }")))).toEqual([answered, answered, answered]);
    const { pid, asked } = await newcomer(alliance, url, workers);
    gone.push(workers[0]);
    workers = [pid, workers[1]];
    // It may answer before the first process has heard that it serves.
    while ((await counted("alliance_workers_serving")) < 2) await pause(50);
    expect(await counted("alliance_workers_replaced_total")).toBe(1);
    expect(await counted("alliance_graphql_operations_total")).toBe(before + 3 + asked);
  });

  it("replaces one that was asked to end by itself", async () => {
    process.kill(workers[1], "SIGTERM");
    while ((await counted("alliance_workers_replaced_total")) < 2) await pause(50);
    while ((await counted("alliance_workers_serving")) < 2) await pause(50);
    expect(isAlive(workers[1])).toBe(false);
    const { pid } = await newcomer(alliance, url, [...gone, ...workers]);
    workers = [workers[0], pid];
  });

  it("finishes at Ctrl-C what both have under way, takes nothing new, and leaves nothing behind", async () => {
    let begun = 0;
    const stopped = async () => {
      begun += 1;
      // When both workers have a request. A terminal signals every process of its group, and npm the first once more.
      if (begun === 2) for (const pid of [...workers, alliance.pid, alliance.pid]) process.kill(pid, "SIGINT");
      await alliance.said(/Stopping \(SIGINT\)/);
      await pause(300);
    };
    const underWay = [post(url, "{ __typename }", stopped), post(url, "{ __typename }", stopped)];
    await alliance.said(/Stopping \(SIGINT\)/);
    await pause(150);
    const late = await post(url, "{ __typename }").catch(() => ({ status: 503 }));
    expect(late.status).toBe(503);
    expect(await Promise.all(underWay)).toEqual([answered, answered]);
    const ended = await alliance.ended;
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(ended.stderr.trim().split("\n").at(-1)).toBe("Stopped.");
    expect([...workers.map(isAlive), databaseRuns()]).toEqual([false, false, false]);
  });
});

it("holds callers to one budget over both workers, and stops at SIGTERM", async () => {
  const alliance = start({ ALLIANCE_COST_PER_MINUTE: "100", ALLIANCE_MAX_COST: "10" });
  const url = await addressOf(alliance);
  const workers = await workersOf(alliance, url);
  // Each worker has half of the caller's budget: a document that is new costs ten.
  const replies = await Promise.all(Array.from({ length: 12 }, (_, n) => post(url, `{ a${n}: __typename }`)));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(2);
  for (const { body } of refused) expect(body).toContain("Rate limit of 50 cost a minute exceeded");
  alliance.signal("SIGTERM");
  const ended = await alliance.ended;
  expect([ended.code, ended.signal]).toEqual([0, null]);
  expect([...workers.map(isAlive), databaseRuns()]).toEqual([false, false, false]);
});

it("gives up in one line where no worker comes up, and stops the database", async () => {
  const preload = path.join(home.directory, "die.js");
  fs.writeFileSync(preload, 'if (require("node:cluster").isWorker) process.exit(7);');
  const ended = await start({ ALLIANCE_LOG_LEVEL: "silent" }, ["-r", preload]).ended;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe(
    "No worker serves, and 5 in a row ended before they did, the last with code 7: what they said stands above.\n",
  );
  expect(databaseRuns()).toBe(false);
});

it("leaves no worker behind where the first process is killed", async () => {
  const alliance = start();
  const workers = await workersOf(alliance, await addressOf(alliance));
  alliance.signal("SIGKILL");
  await alliance.ended;
  for (let waited = 0; workers.some(isAlive) && waited < 10_000; waited += 50) await pause(50);
  expect(workers.map(isAlive)).toEqual([false, false]);
});
