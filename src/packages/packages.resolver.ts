import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { usersOfPackage } from "../card-products/product-uses";
import type { RequestContext } from "../context";
import { payload } from "../graphql/payload";
import { lifecycleMutations } from "../publishing/item.mutations";
import { itemResolvers, type QueriesOf } from "../publishing/item.resolver";
import { itemById, type ItemRow } from "../publishing/items.queries";
import { copyRightsPackage } from "./copy-package";
import type { RightsPackageContent } from "./core/rights-package";
import { packageKind } from "./package-kind";
import {
  CopyRightsPackageInput,
  CopyRightsPackagePayload,
  RightsPackageContentInput,
  RightsPackageContentType,
  RightsPackageType,
  RightsPackageVersionType,
} from "./packages.types";
import { fromPackageInput, toPackageContent, toPackageVersion } from "./packages.view";

/** Objects of the room are its rows. */
export const asRightsPackage = (row: ItemRow) => row as unknown as RightsPackageType;

const packages: QueriesOf<RightsPackageContent, RightsPackageContentInput> = {
  kind: packageKind,
  ...{ one: "rightsPackage", many: "rightsPackages" },
  types: { item: RightsPackageType, version: RightsPackageVersionType, content: RightsPackageContentInput },
  contentType: RightsPackageContentType,
  rows: (snapshot) => snapshot.rightsPackages,
  byCode: (snapshot) => snapshot.packagesByCode,
  versions: (snapshot) => snapshot.packageVersions,
  uses: usersOfPackage,
  fromInput: fromPackageInput,
  toContent: (context, content) => toPackageContent(content, context),
  toVersion: (context, version) => toPackageVersion(version, context),
};

@Resolver()
class CopyMutations {
  @Mutation(() => CopyRightsPackagePayload, {
    description: "Starts a new package as a draft with what another one says, for another product.",
  })
  async copyRightsPackage(
    @Arg("input", () => CopyRightsPackageInput, { description: "Which, and under which code." })
    input: CopyRightsPackageInput,
    @Ctx() context: RequestContext,
  ): Promise<CopyRightsPackagePayload> {
    const result = await copyRightsPackage(context, input);
    const row = result.ok ? await itemById(context.database.app, packageKind.table, result.value.itemId) : undefined;
    return payload(result, (version) => ({
      item: row && asRightsPackage(row),
      version: toPackageVersion(version, context),
    }));
  }
}

export const packageResolvers = [...itemResolvers(packages), ...lifecycleMutations(packages), CopyMutations] as const;
