import type { ConsentPurpose } from "./member";

export interface ConsentAnswer {
  readonly memberId: string;
  readonly partnerId: string;
  readonly purpose: ConsentPurpose;
  readonly version: number;
  readonly granted: boolean;
  readonly wording: string;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

/**
 * The answers of a merged member that count for the target: those given later than the target's own to the same purpose
 * of the same partner. They become its next versions. Where both answered at the same instant the refusal counts.
 */
export function adoptedConsents(
  targetId: string,
  own: readonly ConsentAnswer[],
  merged: readonly ConsentAnswer[],
): ConsentAnswer[] {
  const latest = new Map<string, ConsentAnswer>();
  for (const answer of own) {
    const known = latest.get(keyOf(answer));
    if (!known || answer.version > known.version) latest.set(keyOf(answer), answer);
  }
  return merged.flatMap((answer) => {
    const before = latest.get(keyOf(answer));
    if (before && !overrules(answer, before)) return [];
    return [{ ...answer, memberId: targetId, version: (before?.version ?? 0) + 1 }];
  });
}

function overrules(answer: ConsentAnswer, before: ConsentAnswer): boolean {
  const later = answer.recordedAt.getTime() - before.recordedAt.getTime();
  return later > 0 || (later === 0 && before.granted && !answer.granted);
}

function keyOf({ partnerId, purpose }: ConsentAnswer): string {
  return `${partnerId} ${purpose}`;
}
