import { buildSchema, type GraphQLObjectType } from "graphql";
import http from "node:http";
import path from "node:path";
import { GraphiqlPage, readTabs } from "../../src/graphql/page";
import { ListenError, refuseTakenPorts } from "../../src/http/listening";
import { serve, type Served } from "../support/served";

const schema = buildSchema("type Query { slow: ID  fine: ID }");

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Unlike fetch it sends the Host header it is told. */
function get(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.on("error", reject).end();
  });
}

/** `slow` waits until the test lets it go, and says when it has begun. */
function gate() {
  let open: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const opened = new Promise<string>((resolve) => (open = () => resolve("done")));
  const fields = (schema.getQueryType() as GraphQLObjectType).getFields();
  Object.assign(fields.slow ?? {}, {
    resolve: () => {
      begin();
      return opened;
    },
  });
  return { begun, open };
}

describe("the page", () => {
  let served: Served;
  let refusingReady: readonly string[] = [];

  beforeAll(async () => {
    served = await serve(
      schema,
      {},
      { pageTokens: async () => ({ operator: "token-of-operator" }), readiness: async () => refusingReady },
    );
  });
  afterAll(() => served.stop());

  it("loads nothing from elsewhere, and its policy allows nothing else", async () => {
    const { headers, text } = await get(`${served.url}/`);
    const sources = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources.filter((source) => !source?.startsWith("/assets/") && source !== "data:,")).toEqual([]);
    const nonce = /<script nonce="([^"]+)"/.exec(text)?.[1] ?? "";
    const policy = headers["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'nonce-${nonce}'`);
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect([...text.matchAll(/<script(?! nonce="[^"]+")/g)]).toEqual([]);
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("has another nonce each time", async () => {
    const nonces = await Promise.all([1, 2].map(async () => /nonce="([^"]+)"/.exec((await get(served.url)).text)?.[1]));
    expect(new Set(nonces).size).toBe(2);
  });

  it("serves its scripts and styles out of node_modules", async () => {
    const { text } = await get(`${served.url}/`);
    const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]*)"/g)].map(([, asset]) => asset);
    expect(assets).toHaveLength(4);
    for (const asset of assets) {
      const { status, headers, text: content } = await get(`${served.url}${asset}`);
      expect([status, headers["x-content-type-options"]]).toEqual([200, "nosniff"]);
      expect(headers["content-type"]).toMatch(asset?.includes(".css") ? "text/css" : "text/javascript");
      expect(content).not.toMatch(/url\(\s*["']?https?:/);
    }
  });

  it.each(["/assets/", "/assets/../package.json", "/assets/%2e%2e/package.json", "/package.json", "/graphql/x"])(
    "has nothing at %s",
    async (pathname) => {
      const url = new URL(served.url);
      const request = { host: url.hostname, port: url.port, path: pathname };
      const status = await new Promise((resolve) =>
        http.get(request, (response) => resolve(response.resume().statusCode)),
      );
      expect(status).toBe(404);
    },
  );

  it("is given the operator's token where this machine alone can read it", async () => {
    const port = new URL(served.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "localhost"]) {
      expect((await get(served.url, { host })).text).toContain("token-of-operator");
    }
  });

  it.each([
    ["a name that somebody made point here", { host: "rebound.example:4000" }],
    ["a proxy", { "x-forwarded-for": "203.0.113.9" }],
    ["another proxy", { forwarded: "for=203.0.113.9" }],
  ])("is given no token through %s", async (_what, headers) => {
    const { status, text } = await get(served.url, headers);
    expect(status).toBe(200);
    expect(text).not.toContain("token-of-operator");
  });

  it("is given no token where other machines can reach the server", async () => {
    const open = await serve(
      schema,
      { HOST: "0.0.0.0" },
      { pageTokens: async () => ({ operator: "token-of-operator" }) },
    );
    const { text } = await get(open.url.replace("0.0.0.0", "127.0.0.1"));
    await open.stop();
    expect(text).not.toContain("token-of-operator");
  });

  it("can be switched off", async () => {
    const without = await serve(schema, { ALLIANCE_PAGE: "off" });
    const { status } = await get(without.url);
    await without.stop();
    expect(status).toBe(404);
  });

  it("asks each document as the one it names, and as the operator where that one has no token", () => {
    const page = new GraphiqlPage([
      { query: "{ a }", as: "operator" },
      { query: "{ b }", as: "member" },
      { query: "{ c }", as: "nobody" },
    ]);
    const body = String(page.answer("/", { operator: "of-operator", member: "of-member" })?.body);
    const settings = /type="application\/json">(.*)<\/script>/.exec(body)?.[1] ?? "";
    const { tabs } = JSON.parse(settings) as { tabs: { headers: string }[] };
    expect(tabs.map(({ headers }) => JSON.parse(headers).Authorization)).toEqual([
      "Bearer of-operator",
      "Bearer of-member",
      "Bearer of-operator",
    ]);
  });

  it("cannot be left by a document that ends its script", () => {
    const page = new GraphiqlPage([{ query: "# </script><script>alert(1)</script>", as: "operator" }]);
    const body = String(page.answer("/", {})?.body);
    expect(body).not.toContain("<script>alert");
    const settings = /type="application\/json">(.*)<\/script>/.exec(body)?.[1] ?? "";
    expect(JSON.parse(settings)).toMatchObject({ tabs: [{ query: "# </script><script>alert(1)</script>" }] });
  });

  it("has the example documents as tabs", () => {
    const tabs = readTabs(path.join(__dirname, "../../schema/operations"));
    expect(tabs.length).toBeGreaterThan(10);
    expect(tabs.every(({ query }) => query.length > 0)).toBe(true);
    const kinds = tabs.map(({ query }) => /^(query|mutation) /m.exec(query)?.[1]);
    expect(kinds.lastIndexOf("query")).toBeLessThan(kinds.indexOf("mutation"));
    expect(readTabs("/nowhere/at/all")).toEqual([]);
  });

  it("answers health, and readiness with the reasons against it", async () => {
    expect(await get(`${served.url}/healthz`)).toMatchObject({ status: 200 });
    expect(await get(`${served.url}/readyz`)).toMatchObject({ status: 200, text: '{"status":"ready"}\n' });
    refusingReady = ["the database does not answer"];
    const { status, text } = await get(`${served.url}/readyz`);
    refusingReady = [];
    expect([status, JSON.parse(text)]).toEqual([
      503,
      { status: "not ready", reasons: ["the database does not answer"] },
    ]);
    expect(await get(`${served.url}/healthz`, {}, "POST")).toMatchObject({ status: 405 });
    expect(await get(`${served.url}/healthz`, {}, "HEAD")).toMatchObject({ status: 200, text: "" });
  });

  it("gives every request an id, the caller's own where it is plain", async () => {
    expect((await get(`${served.url}/healthz`, { "x-request-id": "checkout-17" })).headers["x-request-id"]).toBe(
      "checkout-17",
    );
    const { headers } = await get(`${served.url}/healthz`, { "x-request-id": "no good {id}" });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("counts requests and operations without ids in the labels", async () => {
    await served.post({ query: "query MyVeryOwnName { fine }" }, { authorization: "Bearer operator" });
    await get(`${served.url}/members/0190-secret-id`);
    const text = await served.metrics.registry.metrics();
    expect(text).toMatch(
      /alliance_http_request_duration_seconds_count\{route="graphql",method="POST",status="200"\} [1-9]/,
    );
    expect(text).toMatch(/alliance_graphql_operations_total\{kind="query",outcome="ok"\} [1-9]/);
    expect(text).not.toMatch(/MyVeryOwnName|secret-id|operator/);
  });
});

describe("metrics of the database", () => {
  it("are collected with one statement a scrape, and survive a database that is away", async () => {
    const served = await serve(schema);
    let asked = 0;
    let away = false;
    served.metrics.watchDatabase({
      poolSize: 7,
      connections: async () => {
        asked += 1;
        if (away) throw new Error("away");
        return [{ state: "idle", count: 3 }];
      },
    });
    const first = await served.metrics.registry.metrics();
    away = true;
    const second = await served.metrics.registry.metrics();
    await served.stop();
    expect(asked).toBe(2);
    expect(first).toContain('alliance_database_connections{state="idle"} 3');
    expect(first).toContain("alliance_database_up 1");
    expect(first).toContain("alliance_database_pool_size 7");
    expect(second).toContain("alliance_database_up 0");
    expect(second).not.toContain('state="idle"');
  });

  it("have a port of their own", async () => {
    const port = await freePort();
    const served = await serve(schema, { ALLIANCE_METRICS_PORT: String(port) });
    const there = await get(`${served.metricsUrl}`);
    const elsewhere = await get(`${served.url}/metrics`);
    const other = await get(`${served.metricsUrl?.replace("/metrics", "/graphql")}`);
    await served.stop();
    expect(there.text).toContain("nodejs_eventloop_lag_seconds");
    expect([there.status, elsewhere.status, other.status]).toEqual([200, 404, 404]);
  });
});

describe("draining", () => {
  it("answers what is under way, refuses what comes, says so at /readyz, and closes", async () => {
    const served = await serve(schema);
    const { begun, open } = gate();
    const answer = served.post({ query: "{ slow }" });
    await begun;
    const drained = served.drain();
    const [refused, readiness, health] = await Promise.all([
      served.post({ query: "{ fine }" }),
      get(`${served.url}/readyz`),
      get(`${served.url}/healthz`),
    ]);
    expect([refused.status, refused.json.errors?.[0]?.extensions.code]).toEqual([503, "UNAVAILABLE"]);
    expect(refused.headers.get("connection")).toBe("close");
    expect([readiness.status, JSON.parse(readiness.text)]).toEqual([
      503,
      { status: "not ready", reasons: ["draining"] },
    ]);
    expect(health.status).toBe(200);
    open();
    const { status, json, headers } = await answer;
    expect([status, json, headers.get("connection")]).toEqual([200, { data: { slow: "done" } }, "close"]);
    await drained;
    await expect(fetch(`${served.url}/healthz`)).rejects.toThrow();
    await served.stop();
  });

  it("gives up on what takes longer than it may", async () => {
    const served = await serve(schema, { ALLIANCE_DRAIN_SECONDS: "0" });
    const { begun, open } = gate();
    const answer = served.post({ query: "{ slow }" }).then(
      () => "answered",
      () => "cut off",
    );
    await begun;
    await served.drain();
    expect(await answer).toBe("cut off");
    open();
    await served.stop();
  });
});

describe("an address that cannot be listened on", () => {
  it.each([
    ["PORT", false],
    ["ALLIANCE_METRICS_PORT", true],
  ])("is refused with the variable to change, %s", async (variable, metrics) => {
    const taken = http.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const wanted = metrics
      ? { host: "127.0.0.1", port: 0, metrics: { host: "127.0.0.1", port } }
      : { host: "127.0.0.1", port, metrics: { host: "127.0.0.1", port: 0 } };
    const failure = await refuseTakenPorts(wanted).catch((error: unknown) => error);
    taken.close();
    expect(failure).toBeInstanceOf(ListenError);
    expect((failure as Error).message).toBe(
      `Port ${port} on 127.0.0.1 is in use by another program: stop that one, or set ${variable} to another port.`,
    );
  });

  it("is refused where it is not this machine's", async () => {
    const config = { host: "203.0.113.1", port: 0, metrics: { host: "127.0.0.1", port: 0 } };
    await expect(refuseTakenPorts(config)).rejects.toThrow(
      "203.0.113.1 cannot be listened on (EADDRNOTAVAIL): set HOST",
    );
  });
});

async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
