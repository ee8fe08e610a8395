import { asBenefit } from "../benefits/benefits.resolver";
import type { RequestContext } from "../context";
import type { Result } from "../kernel/result";
import { scopeOf } from "../auth/core/policy";
import { isVisibleItem } from "../publishing/item-sight";
import { givenMoney, givenTexts, readable, shownTexts } from "../publishing/item-view";
import { toVersionFields } from "../publishing/publishing.types";
import type { RightsPackageContent } from "./core/rights-package";
import type { RightsPackageVersion } from "./package-kind";
import type { RightsPackageContentInput, RightsPackageContentType, RightsPackageVersionType } from "./packages.types";

export function toPackageVersion(version: RightsPackageVersion, context: RequestContext): RightsPackageVersionType {
  return { ...toVersionFields(version, true), content: toPackageContent(version.content, context) };
}

export function toPackageContent(content: RightsPackageContent, context: RequestContext): RightsPackageContentType {
  const { benefitsByCode } = context.services.catalogue.current;
  const unpublished = scopeOf(context.actor, "Benefit.unpublished");
  return {
    ...shownTexts(content, context),
    worth: content.worth,
    benefits: content.benefits.map(({ benefitCode, quantity }) => {
      const row = benefitsByCode.get(benefitCode);
      return { benefitCode, quantity, benefit: row && isVisibleItem(row, unpublished) ? asBenefit(row) : null };
    }),
  };
}

export function fromPackageInput(
  _: RequestContext,
  input: RightsPackageContentInput,
): Promise<Result<RightsPackageContent>> {
  const read = () => ({
    ...givenTexts(input),
    worth: givenMoney(input.worth),
    benefits: input.benefits.map(({ benefitCode, quantity }) => ({ benefitCode, quantity })),
  });
  return Promise.resolve(readable(read));
}
