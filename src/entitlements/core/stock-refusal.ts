import { refuse } from "../../kernel/result";

export function outOfStock({ period, most, units }: { period: string; most: number; units: number }, left: number) {
  const when = period === "ALL" ? "" : ` of ${period}`;
  return refuse(
    "OUT_OF_STOCK",
    `${left} of the ${most} units${when} that all members share are left; ${units} are wanted.`,
  );
}
