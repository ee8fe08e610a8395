import { serverAudits } from "graphql-http";
import { buildAllianceSchema } from "../../src/schema";
import { serve, type Served } from "../support/served";

/** GraphQL over HTTP, item by item, asked as a caller who sends nothing but what the item says: no token, no extra header. */
let served: Served;
const audits = serverAudits({ url: () => `${served.url}/graphql` });

beforeAll(async () => {
  served = await serve(buildAllianceSchema());
});
afterAll(() => served.stop());

it("knows the audit's items", () => {
  expect(audits.length).toBeGreaterThan(60);
});

it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))("%s %s", async (_id, _name, audit) => {
  const result = await audit.fn();
  expect(result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`).toBe("ok");
});
