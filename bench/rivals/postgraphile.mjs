/*
 * PostGraphile as a rival: its own preset, nothing switched off that a server in production would want, on the schema
 * and the pool that the environment names. JavaScript and a package of its own, since it needs a newer Node than the
 * product. Prints its address when it listens, and ends with the process that started it.
 */
import { createServer } from "node:http";
import { grafserv } from "grafserv/node";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { DATABASE_URL, POOL_SIZE } = process.env;

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: DATABASE_URL,
      schemas: ["alliance"],
      poolConfig: { max: Number(POOL_SIZE), min: Number(POOL_SIZE) },
    }),
  ],
  // Plain lists besides connections: they cost it a tenth less on a screen, and the same on a list.
  schema: { defaultBehavior: "+list +connection" },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/graphql`));

process.once("disconnect", () => process.exit(0));
if (process.argv.includes("--print-schema")) {
  const { printSchema } = await import("graphql");
  console.log(printSchema(await instance.getSchema()));
}
