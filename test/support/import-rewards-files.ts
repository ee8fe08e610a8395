import fc from "fast-check";

/**
 * Random files of the rewards app with what must come out, found by a naive reading of its own: quadratic scans over
 * facts that the generator remembers, none of the product's code. Times rise in waves and sometimes step back; amounts
 * lie on the marks, a cent beside them, and carry floating-point noise; deliveries of one offer overlap; bad lines stand
 * anywhere; recorded completions are sometimes left out or invented.
 */
export interface RewardsFiles {
  readonly portfolio: string;
  readonly profile: string;
  readonly transcript: string;
  readonly expected: ExpectedReport;
}

export interface ExpectedReport {
  readonly members: number;
  readonly activeMembers: number;
  readonly offers: number;
  readonly events: { received: number; viewed: number; purchases: number; completed: number };
  readonly rejectedLines: { file: string; line: number }[];
  readonly replay: { completed: number; missing: number; extra: number };
  readonly purchaseTotalMinor: string;
  readonly rewardTotalMinor: string;
}

interface Offer {
  readonly id: string;
  readonly type: "bogo" | "discount" | "informational";
  readonly difficultyCents: number;
  readonly rewardCents: number;
  readonly days: number;
}

type Fact =
  | { kind: "received" | "viewed"; person: string; offer: Offer; hour: number }
  | { kind: "purchase"; person: string; cents: number; hour: number }
  | { kind: "completed"; person: string; offer: Offer; hour: number };

const offerArbitrary = fc.record({
  type: fc.constantFrom("bogo" as const, "discount" as const, "informational" as const),
  difficultyCents: fc.constantFrom(500, 700, 1000, 1250, 2000),
  rewardCents: fc.constantFrom(200, 250, 500),
  days: fc.constantFrom(0.25, 0.5, 1, 3, 7),
});

const eventArbitrary = fc.record({
  kind: fc.constantFrom("received", "received", "viewed", "purchase", "purchase", "purchase", "bad"),
  person: fc.nat(3),
  offer: fc.nat(5),
  hourStep: fc.constantFrom(0, 0, 0, 0, 1, 5, 6, 12, 24, 71, -6),
  amount: fc.oneof(
    fc.constantFrom(0, 1, 249, 499, 500, 501, 700, 999, 1000, 1001, 1250, 1999, 2000, 2001),
    fc.integer({ min: 0, max: 2500 }),
  ),
  noise: fc.constantFrom(0, 0, 1e-15, 3e-14),
  /** What happens to the record of the completions that a purchase brings. */
  record: fc.constantFrom("kept", "kept", "kept", "kept", "kept", "dropped", "invented"),
  bad: fc.nat(11),
});

export const rewardsFiles = fc
  .record({
    offers: fc.array(offerArbitrary, { minLength: 1, maxLength: 6, size: "max" }),
    people: fc.integer({ min: 1, max: 4 }),
    // Of every length alike; by default nearly all would be short.
    events: fc.array(eventArbitrary, { maxLength: 80, size: "max" }),
    badProfileAt: fc.option(fc.nat(3)),
    badOfferAt: fc.option(fc.nat(5)),
    lineBreak: fc.constantFrom("\n", "\r\n"),
    lastLineBreak: fc.boolean(),
    byteOrderMark: fc.boolean(),
  })
  .map(build);

interface Plan {
  offers: Omit<Offer, "id">[];
  people: number;
  events: {
    kind: string;
    person: number;
    offer: number;
    hourStep: number;
    amount: number;
    noise: number;
    record: string;
    bad: number;
  }[];
  badProfileAt: number | null;
  badOfferAt: number | null;
  lineBreak: string;
  lastLineBreak: boolean;
  byteOrderMark: boolean;
}

function build(plan: Plan): RewardsFiles {
  const rejectedLines: { file: string; line: number }[] = [];
  const offers = plan.offers.map((offer, index) => ({ ...offer, id: `offer-${index}` }));
  const people = Array.from({ length: plan.people }, (_, index) => `person-${index}`);

  const portfolio = withBadLine(offers.map(portfolioLine), plan.badOfferAt, '{"id": "offer-x", "offer_type": "gift"}');
  if (portfolio.badLine) rejectedLines.push({ file: "portfolio", line: portfolio.badLine });
  const profile = withBadLine(people.map(profileLine), plan.badProfileAt, profileLine("person-0", 0));
  const duplicate = profile.badLine && (profile.badLine === 1 ? 2 : profile.badLine);
  if (duplicate) rejectedLines.push({ file: "profile", line: duplicate });

  const transcript: string[] = [];
  const facts: Fact[] = [];
  const say = (fact: Fact, noise = 0) => {
    facts.push(fact);
    transcript.push(transcriptLine(fact, noise));
  };
  let hour = 0;
  for (const event of plan.events) {
    hour = Math.max(0, hour + event.hourStep);
    const person = people[event.person % people.length] as string;
    const offer = offers[event.offer % offers.length] as Offer;
    if (event.kind === "bad") {
      transcript.push(badLine(event.bad, person, offer, hour));
      rejectedLines.push({ file: "transcript", line: transcript.length });
      continue;
    }
    if (event.kind !== "purchase") {
      say({ kind: event.kind as "received" | "viewed", person, offer, hour });
      continue;
    }
    const before = completionsOf(facts).length;
    say({ kind: "purchase", person, cents: event.amount, hour }, event.noise);
    const brought = completionsOf(facts).slice(before);
    if (event.record !== "dropped") for (const each of brought) say({ ...each, kind: "completed" });
    if (event.record === "invented") say({ kind: "completed", person, offer, hour });
  }
  const join = (lines: readonly string[]) => {
    // An empty last line is a line only where a line break ends it.
    const closed = lines.at(-1) === "" || (plan.lastLineBreak && lines.length > 0);
    const text = lines.join(plan.lineBreak) + (closed ? plan.lineBreak : "");
    return plan.byteOrderMark && text !== "" ? `\ufeff${text}` : text;
  };
  return {
    portfolio: join(portfolio.lines),
    profile: join(profile.lines),
    transcript: join(transcript),
    expected: expectedOf(facts, offers.length, people.length, rejectedLines),
  };
}

function expectedOf(facts: Fact[], offers: number, members: number, rejectedLines: ExpectedReport["rejectedLines"]) {
  const of = (kind: Fact["kind"]) => facts.filter((fact) => fact.kind === kind);
  const key = (fact: Fact & { offer: Offer }) => `${fact.person}/${fact.offer.id}/${fact.hour}`;
  const recorded = (of("completed") as (Fact & { offer: Offer })[]).map(key);
  const replayed = completionsOf(facts).map((each) => key({ ...each, kind: "completed" }));
  const cents = (list: number[]) => String(list.reduce((sum, each) => sum + each, 0));
  return {
    members,
    activeMembers: new Set(facts.map((fact) => fact.person)).size,
    offers,
    events: {
      received: of("received").length,
      viewed: of("viewed").length,
      purchases: of("purchase").length,
      completed: recorded.length,
    },
    rejectedLines,
    replay: {
      completed: replayed.length,
      missing: withoutOneByOne(recorded, replayed).length,
      extra: withoutOneByOne(replayed, recorded).length,
    },
    purchaseTotalMinor: cents(facts.map((fact) => (fact.kind === "purchase" ? fact.cents : 0))),
    rewardTotalMinor: cents(facts.map((fact) => (fact.kind === "completed" ? fact.offer.rewardCents : 0))),
  };
}

/** In order of the purchases: for each delivery the first purchase after it that reaches the mark inside its time. */
export function completionsOf(facts: readonly Fact[]): { person: string; offer: Offer; hour: number }[] {
  const found: { at: number; delivered: number; person: string; offer: Offer; hour: number }[] = [];
  facts.forEach((delivery, delivered) => {
    if (delivery.kind !== "received" || delivery.offer.type === "informational") return;
    let spent = 0;
    for (let at = delivered + 1; at < facts.length; at += 1) {
      const purchase = facts[at] as Fact;
      if (purchase.kind !== "purchase" || purchase.person !== delivery.person) continue;
      if (purchase.hour < delivery.hour || purchase.hour >= delivery.hour + delivery.offer.days * 24) continue;
      spent = delivery.offer.type === "bogo" ? purchase.cents : spent + purchase.cents;
      if (spent < delivery.offer.difficultyCents) continue;
      found.push({ at, delivered, person: delivery.person, offer: delivery.offer, hour: purchase.hour });
      return;
    }
  });
  return found
    .sort((a, b) => a.at - b.at || a.delivered - b.delivered)
    .map(({ person, offer, hour }) => ({ person, offer, hour }));
}

function withoutOneByOne(from: readonly string[], taken: readonly string[]): string[] {
  const left = [...from];
  for (const each of taken) {
    const at = left.indexOf(each);
    if (at !== -1) left.splice(at, 1);
  }
  return left;
}

function withBadLine(lines: readonly string[], at: number | null, bad: string) {
  if (at === null) return { lines, badLine: undefined };
  const place = at % (lines.length + 1);
  return { lines: [...lines.slice(0, place), bad, ...lines.slice(place)], badLine: place + 1 };
}

function portfolioLine({ id, type, difficultyCents, rewardCents, days }: Offer): string {
  const paid = type !== "informational";
  return JSON.stringify({
    reward: paid ? rewardCents / 100 : 0,
    channels: ["web", "email"],
    difficulty: paid ? difficultyCents / 100 : 0,
    duration: days,
    offer_type: type,
    id,
  });
}

function profileLine(id: string, index: number): string {
  const unknown = index % 2 === 1;
  return JSON.stringify({
    gender: unknown ? null : "F",
    age: unknown ? 118 : 30 + index,
    id,
    became_member_on: "20170212",
    income: unknown ? null : 50_000,
  });
}

function transcriptLine(fact: Fact, noise: number): string {
  const { person, hour: time } = fact;
  if (fact.kind === "purchase") {
    return JSON.stringify({ person, event: "transaction", value: { amount: fact.cents / 100 + noise }, time });
  }
  if (fact.kind === "completed") {
    const value = { offer_id: fact.offer.id, reward: fact.offer.rewardCents / 100 };
    return JSON.stringify({ person, event: "offer completed", value, time });
  }
  return JSON.stringify({ person, event: `offer ${fact.kind}`, value: { "offer id": fact.offer.id }, time });
}

function badLine(which: number, person: string, offer: Offer, time: number): string {
  const good = { person, event: "transaction", value: { amount: 50 }, time };
  const lines = [
    "",
    "   ",
    JSON.stringify(good).slice(0, -7),
    JSON.stringify({ ...good, person: "nobody" }),
    JSON.stringify({ ...good, event: "offer received", value: { "offer id": "no-offer" } }),
    JSON.stringify({ ...good, event: "offer received", value: { offer_id: offer.id } }),
    JSON.stringify({ ...good, event: "offer completed", value: { offer_id: offer.id } }),
    JSON.stringify({ ...good, value: { amount: -50 } }),
    JSON.stringify({ ...good, value: { amount: 50.005 } }),
    JSON.stringify({ ...good, time: time + 0.5 }),
    JSON.stringify({ ...good, time: undefined }),
    JSON.stringify([good]),
  ];
  return lines[which % lines.length] as string;
}
