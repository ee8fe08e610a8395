import { Field, Int, ObjectType } from "type-graphql";
import { graphqlEnum } from "../graphql/enum";
import { DateTimeScalar } from "../graphql/scalars";
import { canonicalJson } from "../kernel/canonical-json";
import type { VersionState as State } from "../kernel/lifecycle";
import type { VersionChange } from "./core/diff";
import type { Version } from "./core/version";

export const VersionState = graphqlEnum<State>("VersionState", "Where a version stands in its lifecycle.", {
  DRAFT: "Being written. Only in this state can it be edited.",
  REVIEW: "Handed in; waits for a second person, who never edited it.",
  APPROVED: "A second person agreed; can be published or scheduled.",
  SCHEDULED: "Goes live by itself at `publishAt`.",
  PUBLISHED: "Live. Its content never changes again.",
  PAUSED: "Live, but stopped until it is resumed.",
  ENDED: "Over for good: ended, replaced by a later version, or put away before it was published.",
});

/** What every version has. A room's version type extends it with its content; it is no type of the schema itself. */
@ObjectType({ simpleResolvers: true })
export abstract class VersionFields {
  @Field(() => Int, { description: "1, 2, 3 … within the thing it is a version of." })
  version!: number;

  @Field(() => VersionState, { description: "Where it stands in its lifecycle." })
  state!: State;

  @Field(() => Int, {
    description: "Counts its changes; name it in a mutation to be sure nobody changed it meanwhile.",
  })
  revision!: number;

  @Field(() => Int, { nullable: true, description: "The earlier version it was made from; null for a first one." })
  basedOn!: number | null;

  @Field(() => DateTimeScalar, { description: "When its draft was started." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: "When anything about it last changed." })
  updatedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was last handed in for approval." })
  submittedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was approved; null where it is not, or imported.",
  })
  approvedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it goes, or was meant to go, live by itself." })
  publishAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it went live." })
  publishedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it ended." })
  endedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: "Actor id of who started it; null where the caller may not see who worked on it.",
  })
  createdBy!: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Actor ids of everyone who edited it, and of who made the API keys that did. None of them may approve it. Null " +
      "where the caller may not see them.",
  })
  editors!: readonly string[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Actor id of who approved it; null where nobody did, or the caller may not see who.",
  })
  approvedBy!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The service that imported it already published; null where it was not, or the caller may not see who.",
  })
  importedBy!: string | null;
}

@ObjectType("VersionChange", { description: "One place in which two versions differ.", simpleResolvers: true })
export class VersionChangeType {
  @Field(() => [String], { description: 'From the content\'s root: `["reward", "amountMinor"]`; lists count from 0.' })
  path!: readonly string[];

  @Field(() => String, { nullable: true, description: "JSON text of the earlier value; null where there was none." })
  before!: string | null;

  @Field(() => String, { nullable: true, description: "JSON text of the later value; null where there is none." })
  after!: string | null;
}

/** `showPeople`: whether the caller may see who worked on the version (staff, and the thing's own partner). */
export function toVersionFields(version: Version, showPeople: boolean): VersionFields {
  const { state, revision, basedOn, createdAt, updatedAt, submittedAt, approvedAt } = version;
  const { publishAt, publishedAt, endedAt, createdBy, editors, approvedBy, importedBy } = version;
  const people = showPeople
    ? { createdBy, editors, approvedBy, importedBy }
    : { createdBy: null, editors: null, approvedBy: null, importedBy: null };
  return {
    version: version.version,
    ...{ state, revision, basedOn, createdAt, updatedAt, submittedAt, approvedAt, publishAt, publishedAt, endedAt },
    ...people,
  };
}

export function toVersionChange({ path, before, after }: VersionChange): VersionChangeType {
  const text = (value: unknown) => (value === undefined ? null : canonicalJson(value));
  return { path, before: text(before), after: text(after) };
}
