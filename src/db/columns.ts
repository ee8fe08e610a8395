import { sql } from "drizzle-orm";
import { bigint, customType, jsonb, text, timestamp, uuid, type AnyPgColumn } from "drizzle-orm/pg-core";
import type { LocalisedText } from "../kernel/localised";
import type { MinorUnits } from "../kernel/money";
import type { Points } from "../kernel/points";

/** An instant in UTC. Milliseconds, not microseconds, so that a JavaScript Date and a keyset cursor hold it whole. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** The owner of a row of member state; first in every key (DISTRIBUTION in db/distribution.ts). */
export const memberId = () => uuid("member_id");

/** Points of one program, exact, read as bigint and never through JSON. */
export const pointsColumn = (name: string) => bigint(name, { mode: "bigint" }).$type<Points>();

/** Minor units of the currency in the neighbouring column, exact. */
export const amountMinorColumn = (name: string) => bigint(name, { mode: "bigint" }).$type<MinorUnits>();

/** ISO 4217. */
export const currencyColumn = (name = "currency") => text(name);

/** The shape of a code; which codes exist is the kernel's to know, and changes without a migration. */
export const currencyShape = (column: AnyPgColumn) => sql`${column} ~ '^[A-Z]{3}$'`;

/** A text per language, for what members see. */
export const localisedColumn = (name: string) => jsonb(name).$type<LocalisedText>();

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
