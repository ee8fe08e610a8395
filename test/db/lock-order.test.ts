import { distribution } from "../../src/db/distribution";
import { inLockOrder, lockOrder } from "../../src/db/lock-order";

const tables = lockOrder.map((step) => step.table);

it("names tables that exist, each once", () => {
  expect(Object.keys(distribution)).toEqual(expect.arrayContaining(tables));
  expect(new Set(tables).size).toBe(tables.length);
});

it("places every table that belongs to a member after the member itself, whose row is the lock", () => {
  const member = tables.indexOf("alliance.members");
  const early = tables.filter((table, at) => {
    const placement = distribution[table];
    return at < member && typeof placement === "object" && placement.by === "member_id";
  });
  expect(early).toEqual([]);
});

it("ends with the audit chain", () => {
  expect(tables.at(-1)).toBe("alliance.audit_heads");
});

it("orders several keys the same way, however they are given", () => {
  expect(inLockOrder(["b", "a", "b", "c"])).toEqual(["a", "b", "c"]);
  expect(inLockOrder(["c", "b", "a"])).toEqual(["a", "b", "c"]);
});
