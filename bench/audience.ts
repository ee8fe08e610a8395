/**
 * What it costs to count an audience: the product's chunks against a hand-written bitmap loop, which knows the leaves of
 * the rule beforehand, and against PostgreSQL with an int[] and a GIN index. Members and tags are the prototype's. On an
 * embedded server of the project's own or the one that DATABASE_URL names; prints one JSON line of ratios last,
 * bench/README.md says of what. At full size it fails where a goal is missed or a count differs.
 *
 *     npm run bench:audience -- [--smoke] [--members 1000000] [--rounds 11]
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { planAudience } from "../src/audiences/core/plan-audience";
import { countAudience, measureAudience } from "../src/audiences/core/select-audience";
import type { KeySource } from "../src/audiences/core/key-source";
import { chunkSize } from "../src/audiences/core/piece";
import type { AudiencePlan } from "../src/audiences/core/plan";
import { evaluate } from "../src/rules/core/evaluate";
import { factsOf } from "../src/rules/core/rule-nodes";
import type { Rule } from "../src/rules/core/rule";
import { BenchChunks, chunkCount, SyntheticChunks } from "./audience/chunks";
import { checkColumns, generateMembers, memberTags, todayText, type GeneratedMembers } from "./audience/columns";
import { GinRival } from "./audience/gin";
import { BenchFacts } from "./audience/keys";
import { bitmapLoop } from "./audience/loop";
import { bytesOfEncoding, changedMembers, memberChange, refresh, situationOf } from "./audience/refresh";
import { ruleShapes } from "./audience/shapes";
import { withBenchDatabase } from "./graphql/database";

const { values: options } = parseArgs({
  options: { smoke: { type: "boolean" }, members: { type: "string" }, rounds: { type: "string" } },
});
const isSmoke = options.smoke ?? false;
const memberCount = Number(options.members ?? (isSmoke ? 20_000 : 1_000_000));
const rounds = Number(options.rounds ?? (isSmoke ? 2 : 11));
const syntheticCount = isSmoke ? 200_000 : 10_000_000;
const goals = { vsLoop: 6, vsGin: 50 };

const tags = memberTags();
const facts = new BenchFacts(tags);
const shapes = ruleShapes(tags);

interface Ways {
  readonly name: string;
  readonly rule: Rule;
  readonly loop: () => number;
}

async function main(): Promise<void> {
  checkColumns();
  await withBenchDatabase(async ({ ownerUrl }, cleanup) => {
    const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
    cleanup.add(() => sql.end({ timeout: 5 }));
    const members = generateMembers(tags, memberCount);
    console.log(`${memberCount} members with ${(members.pairs / memberCount).toFixed(1)} tags each`);
    const chunks = new BenchChunks(sql);
    const rival = new GinRival(sql, facts, Object.values(shapes));
    await fill(members, chunks, rival);
    const ways = Object.entries(shapes).map(([name, rule]) => ({ name, rule, loop: bitmapLoop(rule, members, facts) }));
    await coldLoad(chunks);
    const result = await compare(ways, chunks, rival);
    await growth(chunks, members);
    await beside(chunks);
    const missed = await refreshed(members, chunks);
    conclude({ ...result, mismatches: result.mismatches + missed });
  });
}

async function fill(members: GeneratedMembers, chunks: BenchChunks, rival: GinRival): Promise<void> {
  const chunkSeconds = await seconds(() => chunks.fill(members, tags));
  const rivalSeconds = await seconds(() => rival.fill(members, tags));
  const stored = await chunks.megabytesStored();
  console.log(
    `stored in ${chunkSeconds.toFixed(1)} s: ${chunks.pieceCount} pieces, ${stored.toFixed(0)} MB with the index, ` +
      `${(chunks.bytesOfAll / 1e6).toFixed(0)} MB if all were in memory; ` +
      `int[] with GIN in ${rivalSeconds.toFixed(1)} s: ${(await rival.megabytes()).toFixed(0)} MB`,
  );
}

/** From bytes in the database's memory: what the first count of a rule pays. */
async function coldLoad(chunks: BenchChunks): Promise<void> {
  for (const [name, rule] of Object.entries(shapes)) {
    chunks.forget();
    const plan = planOf(rule);
    const loading = await seconds(async () => {
      for (const chunk of realChunks()) await chunks.load(chunk, plan.pieces);
    });
    const loaded = chunks.bytesLoaded / 1e6;
    const first = await seconds(() => countOf(rule, chunks, realChunks()));
    const warm = await seconds(() => countOf(rule, chunks, realChunks()));
    console.log(
      `cold ${name}: ${(loading * 1e3).toFixed(0)} ms for ${loaded.toFixed(1)} MB of ${plan.pieces.length} pieces a chunk, ` +
        `first count ${(first * 1e3).toFixed(1)} ms, next ${(warm * 1e3).toFixed(2)} ms`,
    );
  }
  // Everything that the shapes ask for is in memory from here on.
  for (const rule of Object.values(shapes)) await countOf(rule, chunks, realChunks());
  const rss = process.memoryUsage.rss() / 1e6;
  console.log(`in memory for all shapes: ${chunks.megabytesInMemory.toFixed(0)} MB (process ${rss.toFixed(0)} MB)`);
}

/** Rounds in which the ways take turns; medians of the rounds' ratios. */
async function compare(all: readonly Ways[], chunks: BenchChunks, rival: GinRival) {
  const [vsLoop, vsGin]: [Record<string, number>, Record<string, number>] = [{}, {}];
  let mismatches = 0;
  for (const { name, rule, loop } of all) {
    const counts = [await countOf(rule, chunks, realChunks()), loop(), await rival.count(rule)];
    const isEqual = counts.every((count) => count === counts[0]);
    if (!isEqual) mismatches += 1;
    const times: { ours: Taken; loop: Taken; gin: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await each(() => countOf(rule, chunks, realChunks()));
      const looped = await each(loop);
      // It takes long, and less of it is enough.
      const gin = round % 4 === 1 ? (await seconds(() => rival.count(rule))) * 1e3 : NaN;
      // The first round compiles and warms up.
      if (round > 0) times.push({ ours, loop: looped, gin });
    }
    const ours = median(times.map((taken) => taken.ours.millis));
    const gin = median(times.map((taken) => taken.gin).filter(Number.isFinite));
    vsLoop[name] = round2(median(times.map((taken) => taken.ours.busyMillis / taken.loop.busyMillis)));
    vsGin[name] = round2(gin / ours);
    console.log(
      `${name.padEnd(16)} ${String(counts[0]).padStart(8)} members${isEqual ? "" : ` MISMATCH ${counts.join()}`}: ` +
        `${ours.toFixed(3)} ms, loop ${median(times.map((taken) => taken.loop.millis)).toFixed(3)} ms, ` +
        `GIN ${gin.toFixed(1)} ms`,
    );
  }
  return { vsLoop, vsGin, mismatches };
}

/** Milliseconds for all shapes together, with fewer members and with more. */
async function growth(chunks: BenchChunks, members: GeneratedMembers): Promise<void> {
  const full = Math.floor(members.count / chunkSize);
  const synthetic = new SyntheticChunks(chunks, Math.max(1, full));
  const steps: [number, KeySource][] = [
    [Math.min(100_000, members.count), chunks],
    [members.count, chunks],
    [syntheticCount, synthetic],
  ];
  for (const [count, source] of steps) {
    const numbers = Array.from({ length: chunkCount(count) }, (_, chunk) => chunk);
    const all = async () => {
      for (const rule of Object.values(shapes)) await countOf(rule, source, numbers);
    };
    await all();
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) times.push((await each(all)).busyMillis);
    const millis = median(times);
    console.log(
      `${count} members in ${numbers.length} chunks: ${millis.toFixed(2)} ms of processor time for eight shapes, ` +
        `${((millis / numbers.length) * 1e3).toFixed(0)} µs a chunk`,
    );
  }
}

/** What has no rival: a funnel, and a counter of ninety days. */
async function beside(chunks: BenchChunks): Promise<void> {
  const plan = planOf(shapes.tierCarSpend!);
  const funnel = await each(() => measureAudience(plan, chunks, realChunks()));
  const counter: Rule = { between: { fact: "history.purchases_90d", atLeast: 6 } };
  const cold = await seconds(() => countOf(counter, chunks, realChunks()));
  const warm = await each(() => countOf(counter, chunks, realChunks()));
  console.log(`a funnel of four conditions: ${funnel.millis.toFixed(2)} ms`);
  console.log(
    `a counter of 90 days, 3 % of the members on each: ${warm.millis.toFixed(1)} ms, cold ${(cold * 1e3).toFixed(0)} ms`,
  );
}

/** One of a hundred members changes; afterwards each count must have moved by what the reference evaluator says. */
async function refreshed(members: GeneratedMembers, chunks: BenchChunks): Promise<number> {
  const asked = [...new Set(Object.values(shapes).flatMap((rule) => factsOf(rule)))].map((fact) => facts.tagOf(fact));
  const changed = changedMembers(members, tags, asked, Math.ceil(members.count / 100));
  const changes = changed.map(memberChange);
  const before = await Promise.all(Object.values(shapes).map((rule) => countOf(rule, chunks, realChunks())));
  const taken = await refresh(chunks, changes);
  const bytes = changes.reduce((sum, change) => sum + bytesOfEncoding(change), 0) / changes.length;
  console.log(
    `refresh of ${changed.length} members with five changes each: ${(taken.millis / 1e3).toFixed(1)} s, ` +
      `${(taken.computedMillis / 1e3).toFixed(2)} s of it computing, ${taken.pieces} pieces; ` +
      `an encoding kept for it has ${bytes.toFixed(0)} bytes`,
  );
  let mismatches = 0;
  for (const [place, rule] of Object.values(shapes).entries()) {
    const moved = changed
      .filter(({ isLive }) => isLive)
      .reduce((sum, member) => {
        const holds = (own: typeof member.before) => Number(evaluate(rule, situationOf(own, facts)));
        return sum + holds(member.after) - holds(member.before);
      }, 0);
    chunks.forget();
    const after = await countOf(rule, chunks, realChunks());
    if (after !== before[place]! + moved) mismatches += 1;
  }
  return mismatches;
}

function conclude(result: { vsLoop: Record<string, number>; vsGin: Record<string, number>; mismatches: number }): void {
  const missed = [
    ...Object.entries(result.vsLoop).filter(([, ratio]) => ratio > goals.vsLoop),
    ...Object.entries(result.vsGin).filter(([, ratio]) => ratio < goals.vsGin),
  ].map(([name, ratio]) => `${name} ${ratio}`);
  if (result.mismatches > 0 || (!isSmoke && missed.length > 0)) {
    console.error(`goals missed: ${missed.join(", ")}; ${result.mismatches} mismatches`);
    process.exitCode = 1;
  }
  console.log(JSON.stringify({ members: memberCount, ...result }));
}

/** The whole of it: planning, loading from memory, evaluating, counting. */
async function countOf(rule: Rule, source: KeySource, chunks: readonly number[]): Promise<number> {
  return countAudience(planOf(rule), source, chunks);
}

function planOf(rule: Rule): AudiencePlan {
  const planned = planAudience(rule, facts, { today: todayText });
  if (!planned.ok) throw new Error(`the rule asks for ${planned.missing.join()}`);
  return planned.plan;
}

function realChunks(): number[] {
  return Array.from({ length: chunkCount(memberCount) }, (_, chunk) => chunk);
}

/** One call, measured over as many as take some 20 ms. */
interface Taken {
  readonly millis: number;
  /** Processor time, which other programs of the machine do not lengthen. */
  readonly busyMillis: number;
}

async function each(call: () => unknown): Promise<Taken> {
  const once = await seconds(call);
  const calls = Math.max(3, Math.min(500, Math.ceil(0.02 / once)));
  const before = process.cpuUsage();
  const all = await seconds(async () => {
    for (let made = 0; made < calls; made += 1) await call();
  });
  const { user, system } = process.cpuUsage(before);
  return { millis: (all / calls) * 1e3, busyMillis: (user + system) / 1e3 / calls };
}

async function seconds(work: () => unknown): Promise<number> {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function round2(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}

void main();
