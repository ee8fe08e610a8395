import DataLoader from "dataloader";

interface Asked<Args> {
  readonly ownerId: string;
  readonly args: Args;
}

/**
 * Loads one page per owner: pages of many owners that are asked with equal arguments, as a list's nodes are, come by one
 * call of `fetch`. `fetch` answers a list of rows for each owner, in the owners' order.
 */
export function pageLoader<Args, Row>(
  fetch: (ownerIds: readonly string[], args: Args) => Promise<readonly (readonly Row[])[]>,
) {
  return new DataLoader<Asked<Args>, readonly Row[], string>(
    async (asked) => {
      const rows = new Map<string, readonly Row[]>();
      await Promise.all(
        [...groupedByArgs(asked).values()].map(async (group) => {
          const ownerIds = group.map((each) => each.ownerId);
          const pages = await fetch(ownerIds, (group[0] as Asked<Args>).args);
          group.forEach((each, place) => rows.set(keyOf(each), pages[place] ?? []));
        }),
      );
      return asked.map((each) => rows.get(keyOf(each)) ?? []);
    },
    { cacheKeyFn: keyOf },
  );
}

function groupedByArgs<Args>(asked: readonly Asked<Args>[]): Map<string, Asked<Args>[]> {
  const groups = new Map<string, Asked<Args>[]>();
  for (const each of asked) {
    const args = JSON.stringify(each.args);
    groups.set(args, [...(groups.get(args) ?? []), each]);
  }
  return groups;
}

function keyOf({ ownerId, args }: Asked<unknown>): string {
  return `${ownerId} ${JSON.stringify(args)}`;
}
