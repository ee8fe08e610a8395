import { Arg, Ctx, Mutation, Resolver, type ClassType } from "type-graphql";
import type { RequestContext } from "../context";
import { idOrNobody, rawId } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import type { Result } from "../kernel/result";
import {
  draftItem,
  editItem,
  moveItem,
  returnItem,
  scheduleItem,
  type ItemKind,
  type ItemName,
  type NamedContent,
} from "./item-kind";
import {
  changeInputs,
  draftInput,
  itemPayload,
  stepInput,
  type DraftInput,
  type ItemAnswer,
  type ItemStepFields,
  type TypesOfItem,
} from "./item.types";
import { itemById } from "./items.queries";
import type { Version } from "./publishing";
import type { VersionFields } from "./publishing.types";

/** What a room brings to have the mutations of the lifecycle. */
export interface LifecycleOf<Content extends NamedContent, Input extends object> {
  readonly kind: ItemKind<Content>;
  readonly types: TypesOfItem<Input>;
  /** The content that an input is; refuses what cannot be read, such as a rule's text. */
  fromInput(context: RequestContext, input: Input): Promise<Result<Content>>;
  /** The version for somebody who sees all of it. */
  toVersion(context: RequestContext, version: Version<Content>): VersionFields;
}

type Answer<Content> = (context: RequestContext, result: Result<Version<Content>>) => Promise<ItemAnswer>;

/**
 * The eleven mutations of one kind's lifecycle: `draftBenefit`, `editBenefit`, `submitBenefit` … What each may refuse with
 * beside its own is what the lifecycle refuses with: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, WRONG_STATE,
 * SECOND_PERSON_REQUIRED.
 */
export function lifecycleMutations<Content extends NamedContent, Input extends object>(
  of: LifecycleOf<Content, Input>,
) {
  const { kind } = of;
  /** Who may move a version may see all of it. */
  const answer: Answer<Content> = async (context, result) => {
    if (!result.ok) return payload(result, () => ({}));
    const row = await itemById(context.database.app, kind.table, result.value.itemId);
    if (!row) throw new Error(`${kind.noun} ${result.value.itemId} moved but is not there`);
    return payload(result, (version) => ({ item: row, version: of.toVersion(context, version) }));
  };
  return [draftMutation(of, answer), ...changeMutations(of, answer), ...stepMutations(of, answer)] as const;
}

function draftMutation<Content extends NamedContent, Input extends object>(
  of: LifecycleOf<Content, Input>,
  answer: Answer<Content>,
) {
  const { kind, types } = of;
  const { name, noun } = kind;
  const [DraftPayload, DraftInputType] = [itemPayload("Draft", name, noun, types), draftInput(name, noun, types)];
  const does = `Starts a new ${noun}, or the next version of one, as a draft.`;
  @Resolver()
  class DraftMutation {
    @Mutation(() => DraftPayload, { name: `draft${name}`, description: does })
    async draft(
      @Arg("input", () => DraftInputType, { description: "The draft." }) input: DraftInput<Input>,
      @Ctx() context: RequestContext,
    ): Promise<ItemAnswer> {
      const content = await of.fromInput(context, input.content);
      if (!content.ok) return answer(context, content);
      const { new: fresh, id } = input.target;
      const target = fresh
        ? { code: fresh.code, partnerId: idOrNobody(context, "Partner", fresh.partnerId) }
        : { itemId: rawId(context, name, id ?? "") };
      return answer(context, await draftItem(context, kind, { target, content: content.value, reason: input.reason }));
    }
  }
  return DraftMutation;
}

function changeMutations<Content extends NamedContent, Input extends object>(
  of: LifecycleOf<Content, Input>,
  answer: Answer<Content>,
) {
  const { kind, types } = of;
  const { name, noun } = kind;
  const inputs = changeInputs(name, types);
  const [EditPayload, ReturnPayload, SchedulePayload] = ["Edit", "Return", "Schedule"].map((verb) =>
    itemPayload(verb, name, noun, types),
  ) as [ClassType<ItemAnswer>, ClassType<ItemAnswer>, ClassType<ItemAnswer>];
  @Resolver()
  class ChangeMutations {
    @Mutation(() => EditPayload, {
      name: `edit${name}`,
      description: "Replaces the content of a draft. The caller becomes one of its editors and may not approve it.",
    })
    async edit(
      @Arg("input", () => inputs.Edit, { description: "The draft and its new content." })
      input: ItemStepFields & { readonly content: Input },
      @Ctx() context: RequestContext,
    ): Promise<ItemAnswer> {
      const content = await of.fromInput(context, input.content);
      if (!content.ok) return answer(context, content);
      const step = stepOf(context, name, input);
      return answer(context, await editItem(context, kind, { ...step, content: content.value }));
    }

    @Mutation(() => ReturnPayload, {
      name: `return${name}`,
      description: "Makes a new draft from the content of an earlier version, to be approved like any other.",
    })
    async return(
      @Arg("input", () => inputs.Return, { description: "The earlier version." })
      { id, version, reason }: Pick<ItemStepFields, "id" | "version" | "reason">,
      @Ctx() context: RequestContext,
    ): Promise<ItemAnswer> {
      return answer(context, await returnItem(context, kind, { itemId: rawId(context, name, id), version, reason }));
    }

    @Mutation(() => SchedulePayload, {
      name: `schedule${name}`,
      description: "Lets an approved version go live by itself; once more to change the time.",
    })
    async schedule(
      @Arg("input", () => inputs.Schedule, { description: "The version and the time." })
      input: ItemStepFields & { readonly publishAt: Date },
      @Ctx() context: RequestContext,
    ): Promise<ItemAnswer> {
      const step = { ...stepOf(context, name, input), publishAt: input.publishAt };
      return answer(context, await scheduleItem(context, kind, step));
    }
  }
  return [ChangeMutations];
}

function stepMutations<Content extends NamedContent, Input extends object>(
  of: LifecycleOf<Content, Input>,
  answer: Answer<Content>,
) {
  const { kind, types } = of;
  const { name, noun } = kind;
  return simpleSteps.map(({ verb, input: asked, does }) => {
    const StepInput = stepInput(capital(verb), name, asked);
    const StepPayload = itemPayload(capital(verb), name, noun, types);
    @Resolver()
    class StepMutation {
      @Mutation(() => StepPayload, { name: `${verb}${name}`, description: does })
      async take(
        @Arg("input", () => StepInput, { description: "The version." }) input: ItemStepFields,
        @Ctx() context: RequestContext,
      ): Promise<ItemAnswer> {
        return answer(context, await moveItem(context, kind, verb, stepOf(context, name, input)));
      }
    }
    return StepMutation;
  });
}

function stepOf(context: RequestContext, name: ItemName, { id, version, revision, reason }: ItemStepFields) {
  return { itemId: rawId(context, name, id), version, revision, reason };
}

const simpleSteps = [
  { verb: "submit", input: "A draft to hand in for approval.", does: "Hands a draft in for approval." },
  {
    verb: "approve",
    input: "A version to agree with.",
    does: "Agrees with a version in review: by a second person, who never edited it.",
  },
  {
    verb: "reject",
    input: "A version to send back to its draft.",
    does: "Sends a version back to its draft, before it is published.",
  },
  {
    verb: "publish",
    input: "An approved version to make live.",
    does: "Makes an approved version live now; the live one before it ends in the same moment. What members have of that one stays as it is.",
  },
  {
    verb: "pause",
    input: "A live version to stop.",
    does: "Stops a live version at once: nobody gets it until it is resumed.",
  },
  { verb: "resume", input: "A paused version to make live again.", does: "Makes a paused version live again." },
  {
    verb: "end",
    input: "A version to end for good.",
    does: "Ends a version for good; a live one only where nothing names it. What members have of it stays as it is.",
  },
] as const;

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
