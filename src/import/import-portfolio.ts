import { parsePortfolioLine, type RewardsOffer } from "./core/rewards-portfolio";
import { FirstLines } from "./core/first-lines";
import { foundOffer } from "./found-offer";
import type { InputFile } from "./read-lines";
import { eachBatch, type Run } from "./run";
import type { Till } from "./till";

/** An offer of the file with the version of the alliance's offer that says the same. */
export interface ImportedOffer extends RewardsOffer {
  readonly offerId: string;
  readonly version: number;
}

/** The offers of a portfolio file, by the app's ids. */
export async function importPortfolio(
  run: Run,
  file: InputFile,
  till: Till,
): Promise<ReadonlyMap<string, ImportedOffer>> {
  const offers = new Map<string, ImportedOffer>();
  const seen = new FirstLines("id");
  await eachBatch(
    run,
    { ...file, name: "portfolio", label: "Importing offers" },
    (text, line) => {
      const parsed = parsePortfolioLine(text, till.decimals);
      return parsed.ok ? seen.check(parsed.value.code, line, parsed) : parsed;
    },
    async (lines) => {
      for (const { value: offer } of lines)
        offers.set(offer.code, { ...offer, ...(await foundOffer(run.work, till, offer)) });
    },
  );
  return offers;
}
