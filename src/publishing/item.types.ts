import { ArgsType, Field, ID, InputType, Int, ObjectType, type ClassType } from "type-graphql";
import { PageArgs } from "../graphql/connection";
import { NodeInterface } from "../graphql/node";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { LocalisedTextInput, LocalisedTextType } from "../graphql/value.types";
import type { VersionState as State } from "../kernel/lifecycle";
import { VersionFields, VersionState } from "./publishing.types";
import type { ItemName } from "./item-kind";

/** What all things with a code, an owner and versions show; no type of the schema itself. */
@ObjectType({ simpleResolvers: true })
export abstract class ItemFields extends NodeInterface {
  @Field(() => String, { description: "Stable short code, unique in the alliance: what others name it by." })
  code!: string;

  @Field(() => VersionState, { description: "Where the leading version stands." })
  state!: State;

  @Field(() => Int, {
    description: "Number of the leading version: the live one, else the last that was, else the newest.",
  })
  version!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the leading version went live; null where none ever did.",
  })
  publishedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was first drafted." })
  createdAt!: Date;

  itemId!: string;
  partnerId!: string | null;
}

/** What every content says for people; no type of the schema itself. */
@ObjectType({ simpleResolvers: true })
export abstract class ContentFields {
  @Field(() => String, { description: "Name in the caller's language." })
  name!: string;

  @Field(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations!: LocalisedTextType;

  @Field(() => String, { description: "Terms in the caller's language." })
  termsText!: string;

  @Field(() => LocalisedTextType, { description: "Terms in every language." })
  termsTextTranslations!: LocalisedTextType;

  @Field(() => String, { nullable: true, description: "Picture for the caller's language, http or https." })
  imageUrl!: string | null;

  @Field(() => LocalisedTextType, { nullable: true, description: "Picture for every language." })
  imageUrlTranslations!: LocalisedTextType | null;
}

/** The same as it is given; no type of the schema itself. */
@InputType()
export abstract class ContentInputFields {
  @Field(() => LocalisedTextInput, { description: "Name, at most 200 characters." })
  name!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { description: "Terms, at most 20,000 characters." })
  termsText!: LocalisedTextInput;

  @Field(() => LocalisedTextInput, { nullable: true, description: "Picture per language, http or https." })
  imageUrl?: LocalisedTextInput | null;
}

@ObjectType("ItemUse", { description: "Something of the catalogue that names a thing.", simpleResolvers: true })
export class ItemUseType {
  @Field(() => String, { description: "Its type: `RightsPackage`." })
  type!: string;

  @Field(() => ID, { description: "Its global id." })
  id!: string;

  @Field(() => String, { description: "Its code." })
  code!: string;
}

@InputType({ description: "Which things of the catalogue; what is absent does not restrict." })
export class ItemFilterInput {
  @Field(() => VersionState, { nullable: true, description: "Where the leading version stands." })
  state?: State | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner whose they are." })
  partnerId?: string | null;

  @Field(() => String, { nullable: true, description: "Part of the name in any language, case ignored." })
  search?: string | null;
}

@ArgsType()
export class ItemsArgs extends PageArgs {
  @Field(() => ItemFilterInput, { nullable: true, description: "Which ones." })
  filter?: ItemFilterInput | null;
}

/** What every step with a version takes; no type of the schema itself. */
@InputType()
export abstract class ItemStepFields {
  @Field(() => ID, { description: "Its id." })
  id!: string;

  @Field(() => Int, { description: "Number of the version." })
  version!: number;

  @Field(() => Int, { description: "The revision of the version that the step was decided on." })
  revision!: number;

  @Field(() => String, { nullable: true, description: "Why, for the audit log, 1 to 500 characters." })
  reason?: string | null;
}

export interface NewItem {
  readonly code: string;
  readonly partnerId?: string | null;
}

export interface DraftInput<Content> {
  readonly target: { readonly new?: NewItem; readonly id?: string };
  readonly content: Content;
  readonly reason?: string | null;
}

export interface ItemAnswer extends Payload {
  item?: object | null;
  version?: object | null;
}

/** The classes of one kind that its inputs and payloads are made of. */
export interface TypesOfItem<Content extends object> {
  readonly item: ClassType;
  readonly version: ClassType<VersionFields>;
  readonly content: ClassType<Content>;
}

/** `DraftBenefitInput`, with its target: a new thing, or one that is there. */
export function draftInput<Content extends object>(
  name: ItemName,
  noun: string,
  types: TypesOfItem<Content>,
): ClassType<DraftInput<Content>> {
  @InputType(`New${name}Input`, { description: `A ${noun} that is not there yet.` })
  class NewInput implements NewItem {
    @Field(() => String, { description: "2 to 63 lower-case letters, digits and hyphens; never changes." })
    code!: string;

    @Field(() => ID, { nullable: true, description: "Id of the partner whose it is; absent: the operator's own." })
    partnerId?: string | null;
  }

  const told = `What is drafted: a new ${noun}, or the next version of one.`;
  @InputType(oneOfInput(`Draft${name}Target`), { description: told })
  class Target {
    @Field(() => NewInput, { nullable: true, description: `A new ${noun}.` })
    new?: NewInput;

    @Field(() => ID, { nullable: true, description: `Id of the ${noun} that gets a next version.` })
    id?: string;
  }

  @InputType(`Draft${name}Input`, { description: `A version of a ${noun} to start as a draft.` })
  class Draft implements DraftInput<Content> {
    @Field(() => Target, { description: `Of which ${noun}.` })
    target!: Target;

    @Field(() => types.content, { description: "What it says." })
    content!: Content;

    @Field(() => String, { nullable: true, description: "Why, for the audit log, 1 to 500 characters." })
    reason?: string | null;
  }
  return Draft;
}

/** `EditBenefitInput`, `ScheduleBenefitInput`, `ReturnBenefitInput`. */
export function changeInputs<Content extends object>(name: ItemName, types: TypesOfItem<Content>) {
  @InputType(`Edit${name}Input`, { description: "A new content for a draft." })
  class Edit extends ItemStepFields {
    @Field(() => types.content, { description: "What it says from now on." })
    content!: Content;
  }

  @InputType(`Schedule${name}Input`, { description: "An approved version and when it goes live." })
  class Schedule extends ItemStepFields {
    @Field(() => DateTimeScalar, { description: "An instant to come." })
    publishAt!: Date;
  }

  @InputType(`Return${name}Input`, { description: "An earlier version to make a new draft of." })
  class Return {
    @Field(() => ID, { description: "Its id." })
    id!: string;

    @Field(() => Int, { description: "Number of the earlier version." })
    version!: number;

    @Field(() => String, { nullable: true, description: "Why, for the audit log, 1 to 500 characters." })
    reason?: string | null;
  }
  return { Edit, Schedule, Return };
}

/** `SubmitBenefitInput` and its like. */
export function stepInput(verb: string, name: ItemName, description: string): ClassType<ItemStepFields> {
  @InputType(`${verb}${name}Input`, { description })
  class StepInput extends ItemStepFields {}
  return StepInput;
}

/** `DraftBenefitPayload` and its like. */
export function itemPayload(
  verb: string,
  name: ItemName,
  noun: string,
  types: TypesOfItem<object>,
): ClassType<ItemAnswer> {
  const mutation = `${verb[0]?.toLowerCase()}${verb.slice(1)}${name}`;
  @ObjectType(`${verb}${name}Payload`, { description: `Answer of \`${mutation}\`.`, simpleResolvers: true })
  class VersionPayload extends Payload implements ItemAnswer {
    @Field(() => types.item, { nullable: true, description: `The ${noun} as it is now; null when refused.` })
    item?: object | null;

    @Field(() => types.version, { nullable: true, description: "The version as it is now; null when refused." })
    version?: object | null;
  }
  return VersionPayload;
}
