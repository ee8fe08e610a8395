import type { LocalisedText } from "../../kernel/localised";
import type { Money } from "../../kernel/money";

/** A benefit in a package; its quota counts `quantity` times. */
export interface PackagedBenefit {
  readonly benefitCode: string;
  readonly quantity: number;
}

/** What a version of a rights package says. The same package may fill slots of several card products. */
export interface RightsPackageContent {
  readonly name: LocalisedText;
  readonly termsText: LocalisedText;
  readonly imageUrl: LocalisedText | null;
  /** What a whole cycle of it is worth: what swaps are reckoned by. */
  readonly worth: Money;
  readonly benefits: readonly PackagedBenefit[];
}
