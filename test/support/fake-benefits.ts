import type { BenefitContent } from "../../src/benefits/core/benefit";

/** Benefits that tests of their use pin, by id and version, without the catalogue's lifecycle. */
export const fakeBenefits = new Map<string, BenefitContent>();

const actual: object = jest.requireActual("../../src/benefits/published-benefits");

/** For `jest.mock`: the published benefits, with those of this map besides. */
export const publishedWithFakes = {
  ...actual,
  benefitVersion: (snapshot: unknown, benefitId: string, version: number) => {
    const content = fakeBenefits.get(`${benefitId} ${version}`);
    const { benefitVersion } = actual as { benefitVersion?: (...args: unknown[]) => unknown };
    if (!content) return benefitVersion?.(snapshot, benefitId, version);
    return { benefitId, version, code: `b-${benefitId}`, partnerId: null, state: "PUBLISHED", content };
  },
};
