import { applyRatio, ratio } from "../../kernel/ratio";

interface Held {
  readonly programId: string;
  readonly available: bigint;
}

interface Valued {
  readonly currency: string;
  readonly valueMinor: bigint;
  readonly valuePoints: bigint;
}

/** What points are worth to their issuers, by currency: each program's rounded down, so that nothing is promised twice. */
export function valueOfPoints(held: readonly Held[], programOf: (programId: string) => Valued | undefined) {
  const sums = new Map<string, bigint>();
  for (const { programId, available } of held) {
    const program = programOf(programId);
    if (!program) continue;
    const { quotient } = applyRatio(available, ratio(program.valueMinor, program.valuePoints), "DOWN");
    sums.set(program.currency, (sums.get(program.currency) ?? 0n) + quotient);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, amountMinor]) => ({ amountMinor, currency }));
}
