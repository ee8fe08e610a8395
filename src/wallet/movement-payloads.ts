import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root, type ClassType } from "type-graphql";
import type { RequestContext } from "../context";
import { Payload, payload } from "../graphql/payload";
import { PointsScalar } from "../graphql/scalars";
import type { Result } from "../kernel/result";
import { asMember } from "../members/members.resolver";
import { MemberType } from "../members/members.types";
import type { Moved } from "./move-value";
import { asTransfer } from "./transfers.resolver";
import { TransferType } from "./transfers.types";

/** What every mutation that moves value answers. The transfer and the member are read only where they are asked for. */
export interface MovementPayload extends Payload {
  amount?: bigint | null;
  shortfall?: bigint | null;
  isRepeated?: boolean | null;
  /** For the resolvers of `transfer` and `member`. */
  readonly moved?: Pick<Moved, "memberId" | "sequence">;
}

/** Resolvers of the payloads, for schema.ts. */
// type-graphql types resolver classes as plain functions.
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export const payloadResolvers: Function[] = [];

/** The payload type of one mutation, `GrantPointsPayload`, and the resolver of what it reads on demand. */
function movementPayload(mutation: string): ClassType<MovementPayload> {
  const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`;

  @ObjectType(name, { description: `Answer of \`${mutation}\`.` })
  class OwnPayload extends Payload implements MovementPayload {
    @Field(() => PointsScalar, { nullable: true, description: "What moved; null when refused." })
    amount?: bigint | null;

    @Field(() => PointsScalar, {
      nullable: true,
      description: "Of a reversal: what it should have taken back and could not; null when refused.",
    })
    shortfall?: bigint | null;

    @Field(() => Boolean, {
      nullable: true,
      description: "Whether the key was used before and this is the first result again; null when refused.",
    })
    isRepeated?: boolean | null;
  }

  @Resolver(() => OwnPayload)
  class OwnPayloadResolver {
    @FieldResolver(() => TransferType, {
      nullable: true,
      description: "The transfer; null when refused, where nothing had to move, or not the caller's to see.",
    })
    async transfer(@Root() { moved }: MovementPayload, @Ctx() context: RequestContext): Promise<TransferType | null> {
      if (!moved || moved.sequence === null) return null;
      const { memberId, sequence } = moved;
      const row = await context.loaders.transferByKey.load({ memberId, sequence });
      return row && asTransfer(row);
    }

    @FieldResolver(() => MemberType, {
      nullable: true,
      description: "The member; null when refused or not the caller's to see.",
    })
    async member(@Root() { moved }: MovementPayload, @Ctx() context: RequestContext): Promise<MemberType | null> {
      const row = moved ? await context.loaders.memberById.load(moved.memberId) : null;
      return row && asMember(row);
    }
  }
  payloadResolvers.push(OwnPayloadResolver);
  return OwnPayload;
}

export const payloads = {
  grantPoints: movementPayload("grantPoints"),
  spendPoints: movementPayload("spendPoints"),
  holdPoints: movementPayload("holdPoints"),
  captureHold: movementPayload("captureHold"),
  voidHold: movementPayload("voidHold"),
  confirmPoints: movementPayload("confirmPoints"),
  reverseTransfer: movementPayload("reverseTransfer"),
  convertPoints: movementPayload("convertPoints"),
  depositMoney: movementPayload("depositMoney"),
  withdrawMoney: movementPayload("withdrawMoney"),
  transferPoints: movementPayload("transferPoints"),
  grantGoodwill: movementPayload("grantGoodwill"),
  undoGoodwill: movementPayload("undoGoodwill"),
  approveAdjustment: movementPayload("approveAdjustment"),
} as const;

export function movedPayload(result: Result<Moved>): MovementPayload {
  return payload(result, ({ memberId, sequence, amount, shortfall, isRepeated }) => ({
    ...{ amount, shortfall, isRepeated },
    moved: { memberId, sequence },
  }));
}
