/** In the order in which things of one instant are listed. */
export const timelineKinds = ["TRANSFER", "PURCHASE", "OFFER", "CHANGE"] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** Where something stands in a timeline: newest first, then by kind, then by its keyset within the kind. */
export interface TimelinePlace {
  readonly kind: TimelineKind;
  readonly at: Date;
  /** The keyset by which its own kind is paged: the instant first. */
  readonly keyset: readonly string[];
}

/** What is after or before everything of one instant, in the parts of a kind's keyset behind the instant. */
export interface KeysetBounds {
  readonly lowest: readonly string[];
  readonly highest: readonly string[];
}

/**
 * The keyset after which a kind goes on when the timeline goes on after a place: kinds listed before that place's own
 * have nothing left of its instant, those listed after it have everything.
 */
export function goOnAfter(
  place: TimelinePlace,
  kind: TimelineKind,
  { lowest, highest }: KeysetBounds,
): readonly string[] {
  const [own, other] = [timelineKinds.indexOf(place.kind), timelineKinds.indexOf(kind)];
  if (own === other) return place.keyset;
  return [place.at.toISOString(), ...(other < own ? lowest : highest)];
}

/** Pages of several kinds, each newest first, as one that has `count` at most. */
export function mergedTimeline<Entry extends TimelinePlace>(
  pages: readonly (readonly Entry[])[],
  count: number,
): readonly Entry[] {
  const places = new Map(timelineKinds.map((kind, place) => [kind, place]));
  const rankOf = ({ kind }: Entry) => places.get(kind) ?? 0;
  // A stable sort: within a kind the order stays as the database made it.
  return pages
    .flat()
    .sort((a, b) => b.at.getTime() - a.at.getTime() || rankOf(a) - rankOf(b))
    .slice(0, count);
}
