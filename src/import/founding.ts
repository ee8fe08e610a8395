import type { Work } from "../context";
import type { LocalisedText } from "../kernel/localised";
import type { Result } from "../kernel/result";
import { createMerchant } from "../merchants/create-merchant";
import { createPartner } from "../merchants/create-partner";
import { defineCategory } from "../merchants/define-category";
import {
  allCategories,
  merchantByCode,
  partnerByCode,
  type CategoryRow,
  type MerchantRow,
  type PartnerRow,
} from "../merchants/merchants.queries";
import { createProgram, type NewProgram } from "../programs/create-program";
import { programByCode, type ProgramRow } from "../programs/programs.queries";
import { createTagDefinition, type NewTagDefinition } from "../tags/create-tag-definition";
import { definitionsByCodes } from "../tags/tags.queries";
import { ImportRefusal } from "./import-refusal";

/**
 * Finds things by their codes and makes those that are missing by the use cases that staff use too, so that imports and
 * the demo alliance leave the same traces as people. What is there is never changed.
 */
export function foundPartner(work: Work, partner: { code: string; name: LocalisedText }): Promise<PartnerRow> {
  return findOrMake(
    () => partnerByCode(work.database.app, partner.code),
    () => createPartner(work, partner),
  );
}

export function foundCategory(work: Work, category: { code: string; name: LocalisedText }): Promise<CategoryRow> {
  return findOrMake(
    async () => (await allCategories(work.database.app)).find((each) => each.code === category.code),
    () => defineCategory(work, category),
  );
}

export interface MerchantToFound {
  readonly code: string;
  readonly name: LocalisedText;
  readonly categoryCode: string;
  readonly websiteUrl?: string;
  readonly logoUrl?: string;
  readonly parentMerchantId?: string;
}

export function foundMerchant(work: Work, partnerId: string, merchant: MerchantToFound): Promise<MerchantRow> {
  const absent = { websiteUrl: null, logoUrl: null, parentMerchantId: null };
  return findOrMake(
    () => merchantByCode(work.database.app, merchant.code),
    () => createMerchant(work, { ...absent, ...merchant, partnerId }),
  );
}

export type ProgramToFound = Omit<NewProgram, "issuerPartnerId">;

export function foundProgram(work: Work, issuerPartnerId: string, program: ProgramToFound): Promise<ProgramRow> {
  return findOrMake(
    () => programByCode(work.database.app, program.code),
    () => createProgram(work, { ...program, issuerPartnerId }),
  );
}

/** Throws ImportRefusal where the code is taken by a tag whose values are others. */
export async function foundTag(work: Work, tag: NewTagDefinition): Promise<void> {
  const known = await findOrMake(
    async () => (await definitionsByCodes(work.database.app, [tag.code], { kind: "all" })).get(tag.code),
    () => createTagDefinition(work, tag),
  );
  const lacking = tag.choices.filter((choice) => !known.choices.includes(choice));
  if (known.type === tag.type && lacking.length === 0) return;
  const found = known.type === tag.type ? `has no choice ${lacking.join(", ")}` : `is of type ${known.type}`;
  throw new ImportRefusal(
    `The tag "${tag.code}" ${found}, and the file's values would not fit; change one of the two.`,
  );
}

/** Where somebody else makes the same at the same moment, theirs is found. */
export async function findOrMake<Value>(
  find: () => Promise<Value | undefined>,
  make: () => Promise<Result<Value>>,
): Promise<Value> {
  const known = await find();
  if (known) return known;
  const made = await make();
  if (made.ok) return made.value;
  const theirs = made.refusals[0]?.code === "ALREADY_EXISTS" ? await find() : undefined;
  return theirs ?? expectDone(made);
}

/** For what the program itself asks: a refusal is a bug in what it wrote down. */
export function expectDone<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(result.refusals.map((refusal) => `${refusal.code}: ${refusal.message}`).join(" "));
}
