import { Field, InputType, Int, ObjectType } from "type-graphql";
import { NodeInterface } from "../graphql/node";
import { Payload } from "../graphql/payload";
import { MoneyInput, MoneyType } from "../graphql/value.types";
import { BenefitType } from "../benefits/benefits.types";
import { ContentFields, ContentInputFields, ItemFields } from "../publishing/item.types";
import { VersionFields } from "../publishing/publishing.types";

@ObjectType("PackagedBenefit", { description: "A benefit in a package.", simpleResolvers: true })
export class PackagedBenefitType {
  @Field(() => String, { description: "Code of the benefit." })
  benefitCode!: string;

  @Field(() => Int, { description: "How often its quota counts." })
  quantity!: number;

  @Field(() => BenefitType, { nullable: true, description: "The benefit; null where the caller may not see it." })
  benefit!: BenefitType | null;
}

@ObjectType("RightsPackageContent", {
  description: "What one version of a rights package says.",
  simpleResolvers: true,
})
export class RightsPackageContentType extends ContentFields {
  @Field(() => MoneyType, { description: "What a whole cycle of it is worth: what swaps are reckoned by." })
  worth!: MoneyType;

  @Field(() => [PackagedBenefitType], { description: "What it bundles." })
  benefits!: readonly PackagedBenefitType[];
}

@ObjectType("RightsPackage", {
  description: "A bundle of benefits. The same package may fill slots of several card products.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class RightsPackageType extends ItemFields {}

@ObjectType("RightsPackageVersion", {
  description: "One version of a rights package with its place in the lifecycle.",
  simpleResolvers: true,
})
export class RightsPackageVersionType extends VersionFields {
  @Field(() => RightsPackageContentType, { description: "What it says." })
  content!: RightsPackageContentType;
}

@InputType("PackagedBenefitInput", { description: "A benefit in a package." })
export class PackagedBenefitInput {
  @Field(() => String, { description: "Code of the benefit, which must be published." })
  benefitCode!: string;

  @Field(() => Int, { defaultValue: 1, description: "How often its quota counts, 1 or more." })
  quantity!: number;
}

@InputType({ description: "What a version of a rights package says." })
export class RightsPackageContentInput extends ContentInputFields {
  @Field(() => MoneyInput, { description: "What a whole cycle of it is worth." })
  worth!: MoneyInput;

  @Field(() => [PackagedBenefitInput], { description: "What it bundles, each benefit once." })
  benefits!: PackagedBenefitInput[];
}

@InputType({ description: "A package to copy under another code, for another product." })
export class CopyRightsPackageInput {
  @Field(() => String, { description: "Code of the package to copy." })
  fromCode!: string;

  @Field(() => String, { description: "Code of the copy, which names nothing yet." })
  code!: string;

  @Field(() => String, { nullable: true, description: "Why, for the audit log, 1 to 500 characters." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `copyRightsPackage`.", simpleResolvers: true })
export class CopyRightsPackagePayload extends Payload {
  @Field(() => RightsPackageType, { nullable: true, description: "The copy, a draft; null when refused." })
  item?: RightsPackageType | null;

  @Field(() => RightsPackageVersionType, { nullable: true, description: "Its first version; null when refused." })
  version?: RightsPackageVersionType | null;
}
