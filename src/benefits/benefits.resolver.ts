import { usersOfBenefit } from "../packages/package-uses";
import { seesAllOf } from "../publishing/item-view";
import { lifecycleMutations } from "../publishing/item.mutations";
import { itemResolvers, type QueriesOf } from "../publishing/item.resolver";
import type { ItemRow } from "../publishing/items.queries";
import { benefitKind } from "./benefit-kind";
import { BenefitContentInput, BenefitContentType, BenefitType, BenefitVersionType } from "./benefits.types";
import { fromBenefitInput, toBenefitContent, toBenefitVersion } from "./benefits.view";
import type { BenefitContent } from "./core/benefit";

/** Objects of the room are its rows. */
export const asBenefit = (row: ItemRow) => row as unknown as BenefitType;

const benefits: QueriesOf<BenefitContent, BenefitContentInput> = {
  kind: benefitKind,
  ...{ one: "benefit", many: "benefits" },
  types: { item: BenefitType, version: BenefitVersionType, content: BenefitContentInput },
  contentType: BenefitContentType,
  rows: (snapshot) => snapshot.benefits,
  byCode: (snapshot) => snapshot.benefitsByCode,
  versions: (snapshot) => snapshot.benefitVersions,
  uses: usersOfBenefit,
  fromInput: fromBenefitInput,
  toContent: (context, content, row) => toBenefitContent(content, context, row, seesAllOf(context, "Benefit", row)),
  toVersion: (context, version) => {
    const row = context.services.catalogue.current.benefits.get(version.itemId);
    return toBenefitVersion(version, context, { partnerId: row?.partnerId ?? null });
  },
};

export const benefitResolvers = [...itemResolvers(benefits), ...lifecycleMutations(benefits)] as const;
