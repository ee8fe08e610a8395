import { v7, validate } from "uuid";

/**
 * Ids are UUIDv7 made in the application: they sort by creation time, so that keyset pages follow it, and need no
 * sequence shared between shards. Within one process they are strictly increasing, also inside one millisecond.
 */
export function newId(): string {
  return v7();
}

export function isId(text: string): boolean {
  return validate(text);
}

/** The id that no row has: what stands for an id that names nothing. */
export const nobody = "00000000-0000-0000-0000-000000000000";

export type MemberId = string;
export type PartnerId = string;
export type MerchantId = string;
export type OutletId = string;
export type ProgramId = string;
export type OfferId = string;
