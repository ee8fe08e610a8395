import { defineConfig } from "drizzle-kit";

/** Only for `npm run migration`; migrations are applied by our own runner (src/db/migrate.ts). */
export default defineConfig({ dialect: "postgresql", schema: "./src/db/tables.ts", out: "./drizzle" });
