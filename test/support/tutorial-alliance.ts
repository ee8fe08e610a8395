import { createAuthenticator } from "../../src/auth/authenticate";
import { DevelopmentIssuer } from "../../src/auth/development-issuer";
import { readConfig } from "../../src/config";
import { requestContext } from "../../src/context";
import { demoActors } from "../../src/demo/demo-actors";
import { demoWork, registerDemoActors } from "../../src/demo/demo-work";
import { loadCatalogue } from "../../src/demo/load-catalogue";
import { serveGraphql } from "../../src/http/serve-graphql";
import { systemClock } from "../../src/kernel/clock";
import { Metrics } from "../../src/observability/metrics";
import { buildAllianceSchema } from "../../src/schema";
import { startServer } from "../../src/server";
import { testApi } from "./api";
import { testDatabase } from "./database";

export interface TutorialAlliance {
  /** The headers with which somebody asks: a name of the command line's `token`, or `key:prefix.secret`. */
  credentials(as: string): Promise<Record<string, string>>;
  /** Asks over the socket, as the page would. */
  ask(
    question: { readonly query: string; readonly variables: unknown },
    headers: Record<string, string>,
  ): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * What `npm start -- --no-demo` serves, on a database of the test's own: staff who sign in with development tokens, the
 * real server with its limits, and nothing else. `besideDemo` adds the demo's catalogue, whose codes could be in the way.
 */
export async function tutorialAlliance({ besideDemo }: { readonly besideDemo: boolean }): Promise<TutorialAlliance> {
  const { database } = await testDatabase();
  const { services } = testApi(database, systemClock);
  const work = demoWork(services);
  await registerDemoActors(work, ["staff", "service"]);
  if (besideDemo) await loadCatalogue(work, () => undefined);
  await services.catalogue.catchUp();

  const signingKey = Buffer.alloc(32, 5).toString("base64url");
  const issuer = new DevelopmentIssuer({ signingKey, environment: "test", clock: systemClock });
  const authenticator = createAuthenticator({ issuers: [issuer.trusted], services });
  const config = readConfig({ PORT: "0", ALLIANCE_METRICS_PORT: "0" });
  const { log } = services;
  const metrics = new Metrics();
  const graphql = await serveGraphql({
    schema: buildAllianceSchema(),
    config,
    log,
    metrics,
    authenticate: authenticator.authenticate,
    contextOf: (request) => requestContext(services, request),
  });
  const readiness = () => Promise.resolve([]);
  const parts = { config, graphql: graphql.route, page: undefined, pageTokens: undefined, readiness, metrics, log };
  const server = await startServer(parts);

  return {
    async credentials(as) {
      if (as.startsWith("key:")) return { authorization: `ApiKey ${as.slice("key:".length)}` };
      const subject = demoActors.find(({ name }) => name === as)?.subject ?? as;
      return { authorization: `Bearer ${await issuer.mint({ subject, lifetimeSeconds: 600 })}` };
    },
    async ask(question, headers) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(question),
      });
      return response.json();
    },
    async stop() {
      await server.drain();
      await graphql.stop();
      await authenticator.settled();
    },
  };
}
