import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root, type ClassType } from "type-graphql";
import { scopeOf } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { connection, connectionType, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { fromLocalisedText, LocalisedTextType } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { isVisibleItem, itemsInPage } from "./item-sight";
import { seesAllOf } from "./item-view";
import type { LifecycleOf } from "./item.mutations";
import { ItemsArgs, ItemUseType } from "./item.types";
import type { ItemUse } from "./item-uses";
import type { NamedContent } from "./item-kind";
import type { ItemRow } from "./items.queries";
import type { Version } from "./publishing";

/** What a room brings to be queried. */
export interface QueriesOf<Content extends NamedContent, Input extends object> extends LifecycleOf<Content, Input> {
  /** The root fields: `benefit`, `benefits`. */
  readonly one: Action & ("benefit" | "rightsPackage" | "cardProduct");
  readonly many: Action & ("benefits" | "rightsPackages" | "cardProducts");
  readonly contentType: ClassType;
  rows(snapshot: CatalogueSnapshot): ReadonlyMap<string, ItemRow>;
  byCode(snapshot: CatalogueSnapshot): ReadonlyMap<string, ItemRow>;
  versions(snapshot: CatalogueSnapshot): ReadonlyMap<string, readonly Version<Content>[]>;
  toContent(context: RequestContext, content: Content, row: ItemRow): object;
  /** What names the thing, in versions that are not ended. */
  uses(snapshot: CatalogueSnapshot, code: string): readonly ItemUse[];
}

/** The queries and fields of one kind of things with a code, an owner and versions. All of it is in memory. */
export function itemResolvers<Content extends NamedContent, Input extends object>(of: QueriesOf<Content, Input>) {
  return [itemQueries(of), itemFields(of)] as const;
}

function itemQueries<Content extends NamedContent, Input extends object>(of: QueriesOf<Content, Input>) {
  const { name, noun } = of.kind;
  const { item } = of.types;
  const Page = connectionType(item, name);
  const visible = ({ actor }: RequestContext, row: ItemRow | undefined): ItemRow | null =>
    row && isVisibleItem(row, scopeOf(actor, `${name}.unpublished`)) ? row : null;

  registerNode(name, (context, { id }) => Promise.resolve(visible(context, of.rows(current(context)).get(id))));

  @Resolver()
  class ItemQueries {
    @Query(() => item, {
      name: of.one,
      nullable: true,
      description: `One ${noun} by its code; null where there is none or the caller may not see it.`,
    })
    one(
      @Arg("code", () => String, { description: "What others name it by." }) code: string,
      @Ctx() context: RequestContext,
    ): object | null {
      readableScope(context, of.one);
      return visible(context, of.byCode(current(context)).get(code));
    }

    @Query(() => Page, { name: of.many, description: `The ${noun}s that the caller may see, oldest first.` })
    many(@Args() { filter, ...args }: ItemsArgs, @Ctx() context: RequestContext): Connection<object> {
      readableScope(context, of.many);
      const request = pageRequest(context, [of.many, filter], args, 1);
      const asked = { ...filter, partnerId: idOrNobody(context, "Partner", filter?.partnerId) };
      const unpublished = scopeOf(context.actor, `${name}.unpublished`);
      const rows = itemsInPage(of.rows(current(context)), asked, unpublished, request);
      return connection(
        request,
        rows,
        (row) => [row.itemId],
        (row): object => row,
      );
    }
  }
  return ItemQueries;
}

function itemFields<Content extends NamedContent, Input extends object>(of: QueriesOf<Content, Input>) {
  const { name, noun } = of.kind;
  const { item, version: versionType } = of.types;

  @Resolver(() => item)
  class ItemFieldsResolver {
    @FieldResolver(() => ID, { description: "Global id." })
    id(@Root() row: ItemRow, @Ctx() context: RequestContext): string {
      return context.ids.seal(name, row.itemId);
    }

    @FieldResolver(() => String, { description: "Name in the caller's language." })
    name(@Root() row: ItemRow, @Ctx() context: RequestContext): string {
      return inLocale(row.name, context.locale);
    }

    @FieldResolver(() => LocalisedTextType, { description: "Name in every language." })
    nameTranslations(@Root() row: ItemRow): LocalisedTextType {
      return fromLocalisedText(row.name);
    }

    @FieldResolver(() => PartnerType, { nullable: true, description: "Whose it is; null: the operator's own." })
    async partner(@Root() row: ItemRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
      const partner = row.partnerId ? await context.loaders.partnerById.load(row.partnerId) : null;
      return partner && asPartner(partner);
    }

    @FieldResolver(() => of.contentType, { description: "What its leading version says." })
    content(@Root() row: ItemRow, @Ctx() context: RequestContext): object {
      const found = of
        .versions(current(context))
        .get(row.itemId)
        ?.find((each) => each.version === row.version);
      // What the row names is read after it, so it is there.
      if (!found) throw new Error(`${noun} ${row.itemId} has no version ${row.version}`);
      return of.toContent(context, found.content, row);
    }

    @FieldResolver(() => [versionType], {
      nullable: true,
      description: "All its versions, oldest first; null where the caller is neither staff nor of the owning partner.",
    })
    versions(@Root() row: ItemRow, @Ctx() context: RequestContext): object[] | null {
      if (!seesAllOf(context, name, row)) return null;
      const all = of.versions(current(context)).get(row.itemId) ?? [];
      return all.map((version) => of.toVersion(context, version));
    }

    @FieldResolver(() => [ItemUseType], {
      nullable: true,
      description: "What names it; null where the caller is neither staff nor of the owning partner.",
    })
    usedBy(@Root() row: ItemRow, @Ctx() context: RequestContext): ItemUseType[] | null {
      if (!seesAllOf(context, name, row)) return null;
      const uses = of.uses(current(context), row.code);
      return uses.map(({ type, id, code }) => ({ type, code, id: context.ids.seal(type, id) }));
    }
  }
  return ItemFieldsResolver;
}

/** The newest that this server knows, also within a mutation that has just changed it. */
function current({ services }: RequestContext): CatalogueSnapshot {
  return services.catalogue.current;
}
