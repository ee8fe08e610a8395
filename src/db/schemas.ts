import { pgSchema } from "drizzle-orm/pg-core";

/** Everything but personal data. Never `public`: on Citus tables there cannot be distributed safely with functions. */
export const alliance = pgSchema("alliance");

/**
 * Personal data and API keys. Only the role `alliance_vault` may read it, so only the code that is handed
 * `Database.vault` can: the second wall behind the policy module.
 */
export const personal = pgSchema("personal");
