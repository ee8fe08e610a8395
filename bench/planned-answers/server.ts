/**
 * This server in production but for one thing: where plans answer. `PLANS` is `front` (in front of Apollo and inside, as
 * the product does), `inside` (inside Apollo alone), `compiled` (resolvers by compiled queries) or `plain` (graphql-js).
 */
import "reflect-metadata";
import { readConfig } from "../../src/config";
import { requestContext } from "../../src/context";
import { serveGraphql } from "../../src/http/serve-graphql";
import { openAlliance } from "../../src/main";
import { makeLog } from "../../src/observability/log";
import { Metrics } from "../../src/observability/metrics";
import { roomPlans } from "../../src/plans";
import { buildAllianceSchema } from "../../src/schema";
import { startServer } from "../../src/server";

export const ways = ["front", "inside", "compiled", "plain"] as const;
export type Way = (typeof ways)[number];

async function main(way: Way): Promise<void> {
  const config = readConfig(process.env);
  const log = makeLog(config.log);
  const { services, authenticator } = await openAlliance(config, log);
  await services.catalogue.open();
  const metrics = new Metrics();
  const planned = way === "front" || way === "inside";
  const { route } = await serveGraphql({
    ...{ schema: buildAllianceSchema(), config, log, metrics },
    ...(planned ? { plans: roomPlans, inFront: way === "front" } : {}),
    compile: way !== "plain",
    authenticate: authenticator.authenticate,
    contextOf: (request) => requestContext(services, request),
  });
  const parts = { page: undefined, pageTokens: undefined, readiness: () => Promise.resolve([]) };
  const { url } = await startServer({ config, graphql: route, metrics, log, ...parts });
  console.log(`listening on ${url}/graphql`);
}

if (require.main === module) {
  process.once("disconnect", () => process.exit(0));
  void main((process.env["PLANS"] ?? "front") as Way);
}
