import { z } from "zod";
import { storedMoney } from "../../benefits/core/stored-terms";
import { done, refuse, refuseAll, type Result } from "../../kernel/result";
import { localisedText, shapeRefusal } from "../../publishing/core/content-shape";
import type { RightsPackageContent } from "./rights-package";

const storedShape = z.strictObject({
  name: localisedText(200),
  termsText: localisedText(20_000),
  imageUrl: localisedText(2000).nullable(),
  worth: storedMoney,
  benefits: z
    .array(
      z.strictObject({
        benefitCode: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "expected the code of a benefit"),
        quantity: z.int().min(1).max(10_000),
      }),
    )
    .min(1)
    .max(100),
});

/** Reads a content from its stored JSON. Refuses with INVALID_INPUT, naming the field, its value and what was expected. */
export function parsePackageContent(json: unknown): Result<RightsPackageContent> {
  const shaped = storedShape.safeParse(json);
  if (!shaped.success) return refuseAll(shaped.error.issues.map((issue) => shapeRefusal(issue, json)));
  const codes = shaped.data.benefits.map(({ benefitCode }) => benefitCode);
  const twice = codes.find((code, place) => codes.indexOf(code) < place);
  if (twice === undefined) return done(shaped.data);
  const message = `benefits names "${twice}" twice, expected each benefit once with its quantity.`;
  return refuse("INVALID_INPUT", message, ["input", "content", "benefits"]);
}

export function serialisePackageContent(content: RightsPackageContent): unknown {
  return content;
}
