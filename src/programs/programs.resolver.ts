import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { fromLocalisedText, LocalisedTextType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import { useOfProgram, type ProgramRow, type TierRow } from "./programs.queries";
import { programsInPage } from "./programs.snapshot";
import {
  EarningRate,
  ExpiryPolicyType,
  ProgramHandlingType,
  PointValue,
  ProgramConnection,
  ProgramsArgs,
  ProgramType,
  ProgramUse,
  TierType,
} from "./programs.types";
import { EarningRuleType, ruleAsSeen } from "./earning-rules.types";
import { earningRate, expiryPolicy, handling, pointValue } from "./programs.view";

export const asProgram = (row: ProgramRow) => row as unknown as ProgramType;
export const asTier = (row: TierRow) => row as unknown as TierType;

registerNode("Program", (context, { id }) => context.loaders.programById.load(id));

@Resolver(() => ProgramType)
export class ProgramResolver {
  @Query(() => ProgramType, { nullable: true, description: "One program, by id or by code; null where there is none." })
  async program(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Global id." }) id?: string,
    @Arg("code", () => String, { nullable: true, description: "Its code." }) code?: string,
  ): Promise<ProgramType | null> {
    readableScope(context, "program");
    if (code) {
      const row = await context.loaders.programByCode.load(code);
      return row && asProgram(row);
    }
    const reference = id ? context.ids.openAs("Program", id) : undefined;
    const row = reference ? await context.loaders.programById.load(reference.id) : null;
    return row && asProgram(row);
  }

  @Query(() => ProgramConnection, { description: "Programs, oldest first." })
  programs(@Args() { filter, ...args }: ProgramsArgs, @Ctx() context: RequestContext): Connection<ProgramType> {
    readableScope(context, "programs");
    const request = pageRequest(context, ["programs", filter], args, 1);
    const rows = programsInPage(
      context.services.catalogue.current,
      { status: filter?.status, issuerPartnerId: idOrNobody(context, "Partner", filter?.issuerId) },
      request,
    );
    return connection(request, rows, (row) => [row.programId], asProgram);
  }

  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() program: ProgramRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Program", program.programId);
  }

  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() program: ProgramRow, @Ctx() context: RequestContext): string {
    return inLocale(program.name, context.locale);
  }

  @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
  nameTranslations(@Root() program: ProgramRow): LocalisedTextType {
    return fromLocalisedText(program.name);
  }

  @FieldResolver(() => String, { description: "What the points are called, in the caller's language." })
  unitName(@Root() program: ProgramRow, @Ctx() context: RequestContext): string {
    return inLocale(program.unitName, context.locale);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner that issues the points." })
  async issuer(@Root() program: ProgramRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(program.issuerPartnerId);
    return row && asPartner(row);
  }

  @FieldResolver(() => EarningRate, { description: "How purchases earn." })
  earning(@Root() program: ProgramRow): EarningRate {
    return earningRate(program);
  }

  @FieldResolver(() => PointValue, {
    nullable: true,
    description: "What points are worth to the issuer. Confidential: null for everyone but finance and auditors.",
  })
  valuePerPoint(@Root() program: ProgramRow, @Ctx() context: RequestContext): PointValue | null {
    if (!maySee(context, "Program.valuePerPoint", { partnerId: program.issuerPartnerId })) return null;
    return pointValue(program);
  }

  @FieldResolver(() => [EarningRuleType], {
    nullable: true,
    description: "What changes or adds to the base rate; null where the caller is neither the issuer nor staff.",
  })
  earningRules(@Root() program: ProgramRow, @Ctx() context: RequestContext): EarningRuleType[] | null {
    if (!maySee(context, "Program.earningRules", { partnerId: program.issuerPartnerId })) return null;
    return program.earningRules.map((rule) => ruleAsSeen(context, rule));
  }

  @FieldResolver(() => ExpiryPolicyType, { description: "When points lapse." })
  expiry(@Root() program: ProgramRow): ExpiryPolicyType {
    return expiryPolicy(program);
  }

  @FieldResolver(() => ProgramHandlingType, { description: "What it does with points besides earning them." })
  handling(@Root() program: ProgramRow): ProgramHandlingType {
    return handling(program);
  }

  @FieldResolver(() => [TierType], { description: "The levels, lowest first; empty where the program has none." })
  async tiers(@Root() program: ProgramRow, @Ctx() context: RequestContext): Promise<TierType[]> {
    return ((await context.loaders.tiersByProgram.load(program.programId)) ?? []).map(asTier);
  }

  @FieldResolver(() => ProgramUse, {
    nullable: true,
    description: "How many members depend on it; null for everyone but its issuer and the operator's staff.",
  })
  async usedBy(@Root() program: ProgramRow, @Ctx() context: RequestContext): Promise<ProgramUse | null> {
    if (!maySee(context, "Program.usedBy", { partnerId: program.issuerPartnerId })) return null;
    return useOfProgram(context.database.app, program.programId);
  }
}

@Resolver(() => TierType)
export class TierResolver {
  @FieldResolver(() => String, { description: "Name in the caller's language." })
  name(@Root() tier: TierRow, @Ctx() context: RequestContext): string {
    return inLocale(tier.name, context.locale);
  }
}
