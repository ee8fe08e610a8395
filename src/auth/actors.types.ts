import { Field, ID, InputType, ObjectType } from "type-graphql";
import { connectionType } from "../graphql/connection";
import { NodeInterface } from "../graphql/node";
import { oneOfInput } from "../graphql/one-of";
import { Payload } from "../graphql/payload";
import { DateTimeScalar } from "../graphql/scalars";
import { PartnerScopeEnum, StaffRoleEnum, type ScopeName } from "./auth.enums";
import type { Actor, StaffRole } from "./core/actor";

@ObjectType("Viewer", { description: "Who is calling, and what it may do.", simpleResolvers: true })
export class ViewerType {
  @Field(() => String, {
    description: "As the audit log names the caller: the actor's raw id, or `key:` and the prefix of an API key.",
  })
  actorId!: string;

  kind!: Exclude<Actor["kind"], "anonymous">;
}

@ObjectType("Actor", {
  description:
    "Whom a token's issuer and subject stand for, and what it may do. Without it a token's bearer is nobody.",
  implements: NodeInterface,
  simpleResolvers: true,
})
export class ActorType extends NodeInterface {
  @Field(() => String, { description: "The `iss` claim of its tokens." })
  issuer!: string;

  @Field(() => String, { description: "The `sub` claim of its tokens." })
  subject!: string;

  @Field(() => [StaffRoleEnum], { description: "Roles of a person of the staff; empty for others." })
  roles!: StaffRole[];

  @Field(() => DateTimeScalar, { description: "When it was registered, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was disabled, UTC; null while it may enter." })
  disabledAt!: Date | null;
}

export const ActorConnection = connectionType(ActorType, "Actor");

@InputType({ description: "Staff of the operator." })
export class StaffRegistrationInput {
  @Field(() => [StaffRoleEnum], { description: "What the person does, at least one." })
  roles!: StaffRole[];
}

@InputType({ description: "A user of a partner's portal." })
export class PartnerRegistrationInput {
  @Field(() => ID, { description: "Id of the partner." })
  partnerId!: string;

  @Field(() => [PartnerScopeEnum], { description: "What the user may do for the partner, at least one." })
  scopes!: ScopeName[];
}

@InputType(oneOfInput("RegistrationInput"), { description: "What the subject is: exactly one of these." })
export class RegistrationInput {
  @Field(() => StaffRegistrationInput, { nullable: true, description: "A person of the operator's staff." })
  staff?: StaffRegistrationInput | null;

  @Field(() => PartnerRegistrationInput, { nullable: true, description: "A user of a partner's portal." })
  partner?: PartnerRegistrationInput | null;

  @Field(() => ID, { nullable: true, description: "Id of a member, who then sees and does its own." })
  member?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "`true`: a process of the operator, which may nearly everything.",
  })
  service?: boolean | null;
}

@InputType({ description: "Whom a token's subject stands for." })
export class RegisterActorInput {
  @Field(() => String, { description: "The `iss` claim, exactly; a URL or URN." })
  issuer!: string;

  @Field(() => String, { description: "The `sub` claim, exactly; 1 to 255 characters." })
  subject!: string;

  @Field(() => RegistrationInput, { description: "What it is." })
  as!: RegistrationInput;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@InputType({ description: "Whom to keep out." })
export class DisableActorInput {
  @Field(() => ID, { description: "Id of the actor." })
  id!: string;

  @Field(() => String, { nullable: true, description: "Why, for the audit log." })
  reason?: string | null;
}

@ObjectType({ description: "Answer of `registerActor`.", simpleResolvers: true })
export class RegisterActorPayload extends Payload {
  @Field(() => ActorType, { nullable: true, description: "The actor; null when refused." })
  actor?: ActorType | null;
}

@ObjectType({ description: "Answer of `disableActor`.", simpleResolvers: true })
export class DisableActorPayload extends Payload {
  @Field(() => ActorType, { nullable: true, description: "The actor as it is now; null when refused." })
  actor?: ActorType | null;
}
