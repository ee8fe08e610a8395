import type { Services } from "../context";
import { momentFacts, type MomentFacts } from "../facts/core/context-facts";
import { renewLapsedEncodings } from "../members/rebuild-encodings";
import { expandAudiences } from "../rules/core/expand-audiences";
import type { Rule } from "../rules/core/rule";
import { audienceFactsOf } from "./audience-facts-of";
import { openTo, rulesOf } from "./audience-rules";
import { chunkHeads, type ChunkHead } from "./chunks.queries";
import { atMoment } from "./core/at-moment";
import type { AudienceFacts } from "./core/audience-facts";
import { ChunkEvaluator } from "./core/evaluate-chunk";
import type { KeySource } from "./core/key-source";
import { planAudience, type PlannedAudience } from "./core/plan-audience";
import type { Piece, PieceContent } from "./core/piece";
import type { AudiencePlan } from "./core/plan";
import { countersOf } from "./history-pieces";
import { takeUpUntilNow } from "./take-up-until-now";

/** Audiences as they are at one moment, for one who asks. */
export interface AudienceView {
  /** Every change that was committed before this instant is in the answer. */
  readonly asOf: Date;
  readonly chunks: readonly number[];
  readonly source: KeySource;
  plan(rule: Rule): PlannedAudience;
}

export interface AudienceQuestion {
  /** Every rule that will be planned. */
  readonly rules: readonly Rule[];
  /** The moment at which ages, windows and counters are resolved. */
  readonly at: Date;
  /** Whose audience it is: only members whom it is open to are in. Null for the operator. */
  readonly partnerId: string | null;
}

type Work = { readonly services: Services; readonly now: Date };

const evaluator = new ChunkEvaluator();

/**
 * Takes up what changed, and answers from the chunks as they are then: numbers are exact as of `asOf`, which is the
 * moment of the question unless more has changed than can be taken up while somebody waits.
 *
 * Rejected: evaluating the members that wait one by one beside the chunks. It would be exact as well, but the same
 * members would be evaluated again with every preview until a job takes them up, and two ways to an answer have to agree.
 */
export async function viewAudiences(work: Work, { rules, at, partnerId }: AudienceQuestion): Promise<AudienceView> {
  const { services } = work;
  const { current: catalogue } = services.catalogue;
  const app = services.database.app;
  // What has ended by itself, such as a tier, is a change as well.
  await renewLapsedEncodings(work);
  const asOf = await takeUpUntilNow({ app, facts: services.facts, now: work.now });
  const moment = momentFacts(at, services.timeZone);
  const written = (rule: Rule) => atMoment(expandAudiences(rule, rulesOf(catalogue)), moment);
  const guard = openTo(catalogue, partnerId);
  const history = await countersOf(services, rules.map(written), at);
  const facts = await audienceFactsOf({ facts: services.facts, catalogue }, [...rules.map(written), guard], (fact) =>
    history.factOf(fact),
  );
  const heads = await chunkHeads(app);
  return {
    asOf,
    chunks: heads.map((head) => head.chunk),
    source: guarded(services, heads, planned(guard, facts, moment), (head, pieces) => history.load(head, pieces)),
    plan: (rule) => planAudience(written(rule), facts, { today: moment["context.date"] }),
  };
}

function planned(guard: Rule, facts: AudienceFacts, moment: MomentFacts): AudiencePlan {
  const plan = planAudience(guard, facts, { today: moment["context.date"] });
  if (!plan.ok) throw new Error(`the guard of an audience asks for ${plan.missing.join(", ")}`);
  return plan.plan;
}

/** The pieces of chunks, of which the live members are those that the guard leaves. */
function guarded(
  { audiences, database }: Services,
  heads: readonly ChunkHead[],
  guard: AudiencePlan,
  days: (head: ChunkHead, pieces: readonly Piece[]) => Promise<readonly (PieceContent | undefined)[]>,
): KeySource {
  const byChunk = new Map(heads.map((head) => [head.chunk, head]));
  return {
    async load(chunk, pieces) {
      const head = byChunk.get(chunk);
      if (!head) return pieces.map(() => undefined);
      const stored = pieces.filter((piece) => piece.kind !== "LIVE" && piece.kind !== "DAY");
      const counted = pieces.filter((piece) => piece.kind === "DAY");
      // Of one load, so that the members and what guards them are of the same version.
      const loaded = await audiences.memory.load(database.app, head, [...guard.pieces, ...stored]);
      const live = evaluator.select(guard, loaded.slice(0, guard.pieces.length));
      const contents = new Map<Piece, PieceContent | undefined>();
      stored.forEach((piece, place) => contents.set(piece, loaded[guard.pieces.length + place]));
      const ofDays = counted.length > 0 ? await days(head, counted) : [];
      counted.forEach((piece, place) => contents.set(piece, ofDays[place]));
      return pieces.map((piece) => (piece.kind === "LIVE" ? live : contents.get(piece)));
    },
  };
}
