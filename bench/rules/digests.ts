import { createHash } from "node:crypto";
import { makeCatalogue, makeMembers, makeRules, profiles, type Profile } from "./generate";

/**
 * Digests of what the prototype's generator made: the catalogue, 200 members and 2,000 rules of each profile, for two
 * seeds and both sizes of members. A difference means that figures no longer compare with those measured before.
 */
const expected: Readonly<Record<string, string>> = {
  "typical 150 1": "bf5cd03be8ff53b2043365cff3a036c18331912f13f448ff3b8dbef1d4878264",
  "typical 150 2": "c504bd832dc958a2b45b34cfa5d6cd5ad7fa72121f8970cf33a75b6e5ddf61fe",
  "typical 300 1": "b89319d1279fc93dd3d41bafb03b23277a06d9bf43b5d933b50b465445d893a8",
  "typical 300 2": "be54a290f8584a03316c196af535eb45c06c7ba8e0d7600065786d9a0983f430",
  "broad 150 1": "7bc2af8387a40b6f8386e64c35a140438f17372b970321ca49a058f310f55714",
  "broad 150 2": "e78841053f9d65305e9dcb32906c7568201abdf61becd1888b0e1907c6297af9",
  "broad 300 1": "e4eae98f467a8c8600774255eae20ec58a2bf3095612d79677c12f1607121ea1",
  "broad 300 2": "9a023266bf377ebe11e60a856e397690260c81bb1e4cd0ab7a986e68675f10e2",
  "active 150 1": "e850e79d07fc1e09c1f3a7ef62c60f3cad31886f36c2471b5628b11de4a3040a",
  "active 150 2": "1e1e6e2c10cd3e8302eaed36ccb6a8acd88f109343a6e05914856fff3a95434a",
  "active 300 1": "bfeb97ff4f3621ccf04e58dcc38be61799a7d6c1e74467caf4419768f976b998",
  "active 300 2": "f9a2d794841d3b153add81624b58026f08d67502af5f87d509e7c751b6d2f699",
};

/** Throws where something else is generated. */
export function checkGenerator(): void {
  for (const [name, digest] of Object.entries(expected)) {
    const [profile, perMember, seed] = name.split(" ");
    const found = digestOf(profile as Profile, Number(perMember), Number(seed));
    if (found !== digest)
      throw new Error(`The generator makes something else of "${name}" than the prototype: ${found}`);
  }
}

export function digestOf(profile: Profile, perMember: number, seed: number): string {
  const catalogue = makeCatalogue(perMember, seed);
  const members = makeMembers(catalogue, 200, seed + 4);
  const rules = makeRules(catalogue, 2_000, seed + 10, profiles[profile]);
  const hash = createHash("sha256");
  for (const { id, name, type, pop, n = 0, mu = 0, sd = 0, span = 0 } of catalogue) {
    hash.update(JSON.stringify([id, name, type, pop, n, mu, sd, span]));
  }
  for (const { ids, vals } of members) hash.update(JSON.stringify([[...ids], [...vals]]));
  for (const rule of rules) hash.update(JSON.stringify(rule));
  return hash.digest("hex");
}
