/**
 * The same questions on Apollo, type-graphql and DataLoader as a competent team writes them: Apollo's standalone server
 * with what it switches on by itself, drizzle for every statement, a loader for every relation, made for each request.
 * None of the product's code but its tables. Nobody is checked. Ends with the process that started it.
 */
import "reflect-metadata";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { and, asc, desc, eq, gt, inArray, lte, ne, sql, getTableColumns } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { GraphQLScalarType } from "graphql";
import { GraphQLDateTimeISO } from "graphql-scalars";
import postgres from "postgres";
import { Arg, buildSchema, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import { members } from "../../src/members/members.tables";
import { merchants } from "../../src/merchants/merchants.tables";
import { offerDeliveries, offers } from "../../src/offers/offers.tables";
import { accounts, programs } from "../../src/programs/programs.tables";

const client = postgres(process.env.DATABASE_URL ?? "", {
  max: Number(process.env.POOL_SIZE),
  connection: { TimeZone: "UTC" },
});
const db = drizzle({ client });

type MemberRow = typeof members.$inferSelect;
type AccountRow = typeof accounts.$inferSelect;
type ProgramRow = typeof programs.$inferSelect;
type DeliveryRow = typeof offerDeliveries.$inferSelect;
type OfferRow = typeof offers.$inferSelect;
type MerchantRow = typeof merchants.$inferSelect;

/** Whole numbers as text, which JSON numbers could not hold. */
const Points = new GraphQLScalarType<bigint, string>({ name: "Points", serialize: String });

@ObjectType("Merchant")
class Merchant {
  @Field(() => String)
  code!: string;
}

@ObjectType("Offer")
class Offer {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  kind!: string;
}

@ObjectType("OfferDelivery")
class OfferDelivery {
  @Field(() => GraphQLDateTimeISO)
  deliveredAt!: Date;

  @Field(() => GraphQLDateTimeISO)
  lapsesAt!: Date;
}

@ObjectType("Program")
class Program {
  @Field(() => String)
  code!: string;
}

@ObjectType("Account")
class Account {
  @Field(() => Points)
  available!: bigint;

  @Field(() => Points)
  held!: bigint;

  @Field(() => Points)
  pending!: bigint;
}

@ObjectType("Member")
class Member {
  @Field(() => ID)
  memberId!: string;

  @Field(() => String)
  status!: string;

  @Field(() => String)
  locale!: string;

  @Field(() => Int)
  revision!: number;

  @Field(() => GraphQLDateTimeISO)
  joinedAt!: Date;

  @Field(() => GraphQLDateTimeISO)
  createdAt!: Date;

  @Field(() => GraphQLDateTimeISO)
  updatedAt!: Date;
}

@Resolver(() => Member)
class MemberResolver {
  @Query(() => Member, { nullable: true })
  member(@Arg("memberId", () => ID) memberId: string, @Ctx() loaders: Loaders): Promise<MemberRow | undefined> {
    return loaders.memberById.load(memberId);
  }

  @Query(() => [Member])
  members(
    @Arg("first", () => Int, { defaultValue: 20 }) first: number,
    @Arg("after", () => ID, { nullable: true }) after?: string,
  ): Promise<MemberRow[]> {
    return db
      .select()
      .from(members)
      .where(and(ne(members.status, "MERGED"), after ? gt(members.memberId, after) : undefined))
      .orderBy(asc(members.memberId))
      .limit(first);
  }

  @FieldResolver(() => [Account])
  accounts(@Root() member: MemberRow, @Ctx() loaders: Loaders): Promise<AccountRow[]> {
    return loaders.accountsByMember.load(member.memberId);
  }

  @FieldResolver(() => [OfferDelivery])
  offerDeliveries(
    @Root() member: MemberRow,
    @Arg("first", () => Int, { defaultValue: 20 }) first: number,
    @Ctx() loaders: Loaders,
  ): Promise<DeliveryRow[]> {
    return loaders.deliveriesOfMember.load({ memberId: member.memberId, first });
  }
}

@Resolver(() => Account)
class AccountResolver {
  @FieldResolver(() => Program, { nullable: true })
  program(@Root() account: AccountRow, @Ctx() loaders: Loaders): Promise<ProgramRow | undefined> {
    return loaders.programById.load(account.programId);
  }
}

@Resolver(() => Program)
class ProgramResolver {
  @FieldResolver(() => String, { nullable: true })
  name(@Root() program: ProgramRow): string | undefined {
    return program.name.en;
  }
}

@Resolver(() => OfferDelivery)
class OfferDeliveryResolver {
  @FieldResolver(() => Offer, { nullable: true })
  offer(@Root() delivery: DeliveryRow, @Ctx() loaders: Loaders): Promise<OfferRow | undefined> {
    return loaders.offerById.load(delivery.offerId);
  }
}

@Resolver(() => Offer)
class OfferResolver {
  @FieldResolver(() => String, { nullable: true })
  name(@Root() offer: OfferRow): string | undefined {
    return offer.name.en;
  }

  @FieldResolver(() => Merchant, { nullable: true })
  merchant(@Root() offer: OfferRow, @Ctx() loaders: Loaders): Promise<MerchantRow | undefined> {
    return loaders.merchantById.load(offer.merchantId);
  }
}

@Resolver(() => Merchant)
class MerchantResolver {
  @FieldResolver(() => String, { nullable: true })
  name(@Root() merchant: MerchantRow): string | undefined {
    return merchant.name.en;
  }
}

function makeLoaders() {
  return {
    memberById: byId(
      (ids) => db.select().from(members).where(inArray(members.memberId, ids)),
      (row) => row.memberId,
    ),
    accountsByMember: new DataLoader(async (ids: readonly string[]) => {
      const of = inArray(accounts.memberId, [...ids]);
      const rows = await db.select().from(accounts).where(of).orderBy(asc(accounts.memberId), asc(accounts.programId));
      return ids.map((id) => rows.filter((row) => row.memberId === id));
    }),
    programById: byId(
      (ids) => db.select().from(programs).where(inArray(programs.programId, ids)),
      (row) => row.programId,
    ),
    deliveriesOfMember: new DataLoader(deliveriesOfMembers, {
      cacheKeyFn: ({ memberId, first }) => `${memberId} ${first}`,
    }),
    offerById: byId(
      (ids) => db.select().from(offers).where(inArray(offers.offerId, ids)),
      (row) => row.offerId,
    ),
    merchantById: byId(
      (ids) => db.select().from(merchants).where(inArray(merchants.merchantId, ids)),
      (row) => row.merchantId,
    ),
  };
}

type Loaders = ReturnType<typeof makeLoaders>;

function byId<Row>(ask: (ids: string[]) => PromiseLike<Row[]>, idOf: (row: Row) => string) {
  return new DataLoader(async (ids: readonly string[]) => {
    const rows = new Map((await ask([...ids])).map((row) => [idOf(row), row]));
    return ids.map((id) => rows.get(id));
  });
}

interface Deliveries {
  readonly memberId: string;
  readonly first: number;
}

async function deliveriesOfMembers(wanted: readonly Deliveries[]): Promise<DeliveryRow[][]> {
  const most = Math.max(...wanted.map(({ first }) => first));
  const place = sql<number>`row_number() over (
    partition by ${offerDeliveries.memberId} order by ${offerDeliveries.deliveredAt} desc, ${offerDeliveries.deliveryId} desc)`;
  const of = wanted.map(({ memberId }) => memberId);
  const ranked = db
    .select({ ...getTableColumns(offerDeliveries), place: place.as("place") })
    .from(offerDeliveries)
    .where(of.length === 1 ? eq(offerDeliveries.memberId, of[0] ?? "") : inArray(offerDeliveries.memberId, of))
    .as("ranked");
  const rows = await db
    .select()
    .from(ranked)
    .where(lte(ranked.place, most))
    .orderBy(desc(ranked.deliveredAt), desc(ranked.deliveryId));
  return wanted.map(({ memberId, first }) => rows.filter((row) => row.memberId === memberId).slice(0, first));
}

async function main(): Promise<void> {
  const schema = await buildSchema({
    resolvers: [
      MemberResolver,
      AccountResolver,
      ProgramResolver,
      OfferDeliveryResolver,
      OfferResolver,
      MerchantResolver,
    ],
    validate: false,
  });
  const { url } = await startStandaloneServer(new ApolloServer({ schema }), {
    listen: { host: "127.0.0.1", port: 0 },
    context: async () => makeLoaders(),
  });
  console.log(`listening on ${url}`);
}

process.once("disconnect", () => process.exit(0));
void main();
