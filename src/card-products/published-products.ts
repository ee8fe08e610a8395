import type { VersionState } from "../kernel/lifecycle";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { CardProductContent } from "./core/card-product";

/** One version of a card product that was live at some time: its content never changes any more. */
export interface PublishedProduct {
  readonly productId: string;
  readonly code: string;
  /** Whose it is; null for the operator's own. */
  readonly partnerId: string | null;
  readonly version: number;
  /** Of this version: what is PAUSED or ENDED is granted to nobody any more, and stays with who has it. */
  readonly state: VersionState;
  readonly content: CardProductContent;
}

/** The version that stands for the card product; undefined where it never was live. */
export function leadingProduct(snapshot: CatalogueSnapshot, productId: string): PublishedProduct | undefined {
  const row = snapshot.cardProducts.get(productId);
  return row && row.publishedAt !== null ? productVersion(snapshot, productId, row.version) : undefined;
}

/** The same by its code. */
export function productByCode(snapshot: CatalogueSnapshot, code: string): PublishedProduct | undefined {
  const row = snapshot.productsByCode.get(code);
  return row && leadingProduct(snapshot, row.itemId);
}

/** A version that members hold, whatever became of it since. */
export function productVersion(
  snapshot: CatalogueSnapshot,
  productId: string,
  version: number,
): PublishedProduct | undefined {
  const row = snapshot.cardProducts.get(productId);
  const found = snapshot.productVersions.get(productId)?.find((each) => each.version === version);
  if (!row || !found) return undefined;
  const { code, partnerId } = row;
  return { productId, code, partnerId, version, state: found.state, content: found.content };
}
