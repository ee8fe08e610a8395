import { staffRoles, type PartnerScope, type StaffRole } from "../../src/auth/core/actor";
import type { Reach } from "../../src/auth/core/policy";

/**
 * Every decision of the policy, written down a second time: a change of the table fails until it is changed here too, on
 * purpose. `-` is never, `all` is everybody's, `own` is what belongs to the caller's partner or to the member itself.
 *
 * Staff: a letter for each role that may, everybody's things: Marketer, Approver, Finance, Risk, Support, aUditor,
 * Operations. Partner: how far, and the one scope that is needed where there is one.
 */
const matrix = `
action                   | anonymous | staff   | partner             | member | service
viewer                   | own       | MAFRSUO | own                 | own    | all
node                     | -         | MAFRSUO | all                 | all    | all
nodes                    | -         | MAFRSUO | all                 | all    | all
partners                 | -         | MAFRSUO | all                 | all    | all
merchant                 | -         | MAFRSUO | all                 | all    | all
merchants                | -         | MAFRSUO | all                 | all    | all
merchantCategories       | -         | MAFRSUO | all                 | all    | all
outlet                   | -         | MAFRSUO | all                 | all    | all
outlets                  | -         | MAFRSUO | all                 | all    | all
defineCategory           | -         | ......O | -                   | -      | all
createPartner            | -         | ......O | -                   | -      | all
createMerchant           | -         | ......O | -                   | -      | all
updateMerchant           | -         | ......O | own merchant:write  | -      | all
UpdateMerchantInput.status | -         | ......O | -                   | -      | all
UpdateMerchantInput.categoryCode | -         | ......O | -                   | -      | all
createOutlet             | -         | ......O | own merchant:write  | -      | all
updateOutlet             | -         | ......O | own merchant:write  | -      | all
UpdateOutletInput.status | -         | ......O | -                   | -      | all
Merchant.loyalty         | -         | MAFR.UO | own reports:read    | -      | all
program                  | -         | MAFRSUO | all                 | all    | all
programs                 | -         | MAFRSUO | all                 | all    | all
createProgram            | -         | ......O | -                   | -      | all
updateProgram            | -         | ......O | -                   | -      | all
defineTiers              | -         | ......O | -                   | -      | all
Program.earningRules     | -         | MAFRSUO | own merchant:read   | -      | all
Program.usedBy           | -         | MAFR.UO | own reports:read    | -      | all
Program.valuePerPoint    | -         | ..F..U. | -                   | -      | all
member                   | -         | M.FRSUO | own members:read    | own    | all
memberByIdentity         | -         | ...RSUO | own members:read    | -      | all
members                  | -         | M..RSUO | own members:read    | -      | all
Member.accounts          | -         | M.FRSUO | own members:read    | own    | all
Member.tiers             | -         | M.FRSUO | own members:read    | own    | all
Member.identities        | -         | ...RSUO | own members:read    | own    | all
Member.consents          | -         | ...RSUO | own members:read    | own    | all
enrollMember             | -         | ....S.O | own members:write   | -      | all
updateMember             | -         | ....S.O | own members:write   | own    | all
UpdateMemberInput.status | -         | ....S.O | -                   | own    | all
UpdateMemberInput.profile | -         | ....S.O | own members:write   | own    | all
createLinkCode           | -         | ....... | -                   | own    | -
linkIdentity             | -         | ....S.. | own members:write   | -      | all
unlinkIdentity           | -         | ....S.. | own members:write   | own    | all
mergeMembers             | -         | ....S.. | -                   | -      | all
recordConsent            | -         | ....S.. | own members:write   | own    | all
setTags                  | -         | M.....O | own tags:write      | -      | all
clearTags                | -         | M.....O | own tags:write      | -      | all
setTagsInBulk            | -         | M.....O | own tags:write      | -      | all
unmaskProfile            | -         | ...RS.. | -                   | own    | -
Member.profile           | -         | ...RSUO | own members:read    | own    | all
tagDefinition            | -         | MAFRSUO | own                 | -      | all
tagDefinitions           | -         | MAFRSUO | own                 | -      | all
createTagDefinition      | -         | M.....O | own tags:write      | -      | all
updateTagDefinition      | -         | M.....O | own tags:write      | -      | all
historyCounters          | -         | MAFRSUO | own                 | -      | all
declareHistoryCounter    | -         | M.....O | -                   | -      | all
Member.tags              | -         | M..RSUO | own members:read    | own    | all
MemberTag.sensitive      | -         | ...R.U. | -                   | own    | all
checkRule                | -         | MAFRSUO | own                 | -      | all
ruleFacts                | -         | MAFRSUO | own                 | -      | all
offer                    | -         | MAFRSUO | all                 | all    | all
offers                   | -         | MAFRSUO | all                 | all    | all
Offer.unpublished        | -         | MAFR.UO | own offers:read     | -      | all
draftOffer               | -         | M...... | own offers:write    | -      | all
editOffer                | -         | M...... | own offers:write    | -      | all
submitOffer              | -         | M...... | own offers:write    | -      | all
approveOffer             | -         | .A..... | -                   | -      | -
rejectOffer              | -         | .A..... | -                   | -      | -
publishOffer             | -         | MA..... | own offers:write    | -      | all
scheduleOffer            | -         | MA..... | own offers:write    | -      | all
pauseOffer               | -         | MA.R... | own offers:write    | -      | all
resumeOffer              | -         | MA..... | own offers:write    | -      | all
endOffer                 | -         | MA.R... | own offers:write    | -      | all
returnOffer              | -         | M...... | own offers:write    | -      | all
deliverOffer             | -         | M...... | own offers:write    | -      | all
markOfferViewed          | -         | ....... | own offers:write    | own    | all
activateOffer            | -         | ....S.. | -                   | own    | all
benefit                  | -         | MAFRSUO | all                 | all    | all
benefits                 | -         | MAFRSUO | all                 | all    | all
rightsPackage            | -         | MAFRSUO | all                 | all    | all
rightsPackages           | -         | MAFRSUO | all                 | all    | all
cardProduct              | -         | MAFRSUO | all                 | all    | all
cardProducts             | -         | MAFRSUO | all                 | all    | all
Benefit.unpublished      | -         | MAFR.UO | own offers:read     | -      | all
draftBenefit             | -         | M...... | own offers:write    | -      | all
editBenefit              | -         | M...... | own offers:write    | -      | all
submitBenefit            | -         | M...... | own offers:write    | -      | all
returnBenefit            | -         | M...... | own offers:write    | -      | all
approveBenefit           | -         | .A..... | -                   | -      | -
rejectBenefit            | -         | .A..... | -                   | -      | -
publishBenefit           | -         | MA..... | own offers:write    | -      | all
scheduleBenefit          | -         | MA..... | own offers:write    | -      | all
resumeBenefit            | -         | MA..... | own offers:write    | -      | all
pauseBenefit             | -         | MA.R... | own offers:write    | -      | all
endBenefit               | -         | MA.R... | own offers:write    | -      | all
RightsPackage.unpublished | -         | MAFR.UO | own offers:read     | -      | all
draftRightsPackage       | -         | M...... | own offers:write    | -      | all
editRightsPackage        | -         | M...... | own offers:write    | -      | all
submitRightsPackage      | -         | M...... | own offers:write    | -      | all
returnRightsPackage      | -         | M...... | own offers:write    | -      | all
approveRightsPackage     | -         | .A..... | -                   | -      | -
rejectRightsPackage      | -         | .A..... | -                   | -      | -
publishRightsPackage     | -         | MA..... | own offers:write    | -      | all
scheduleRightsPackage    | -         | MA..... | own offers:write    | -      | all
resumeRightsPackage      | -         | MA..... | own offers:write    | -      | all
pauseRightsPackage       | -         | MA.R... | own offers:write    | -      | all
endRightsPackage         | -         | MA.R... | own offers:write    | -      | all
CardProduct.unpublished  | -         | MAFR.UO | own offers:read     | -      | all
draftCardProduct         | -         | M...... | own offers:write    | -      | all
editCardProduct          | -         | M...... | own offers:write    | -      | all
submitCardProduct        | -         | M...... | own offers:write    | -      | all
returnCardProduct        | -         | M...... | own offers:write    | -      | all
approveCardProduct       | -         | .A..... | -                   | -      | -
rejectCardProduct        | -         | .A..... | -                   | -      | -
publishCardProduct       | -         | MA..... | own offers:write    | -      | all
scheduleCardProduct      | -         | MA..... | own offers:write    | -      | all
resumeCardProduct        | -         | MA..... | own offers:write    | -      | all
pauseCardProduct         | -         | MA.R... | own offers:write    | -      | all
endCardProduct           | -         | MA.R... | own offers:write    | -      | all
Benefit.costs            | -         | MAFR.UO | own offers:read     | -      | all
copyRightsPackage        | -         | M...... | own offers:write    | -      | all
Member.cards             | -         | ...RSUO | own members:read    | own    | all
registerCard             | -         | ....S.. | own members:write   | -      | all
replaceCard              | -         | ....S.. | own members:write   | -      | all
closeCard                | -         | ....S.. | own members:write   | -      | all
changeCardProduct        | -         | ....S.. | own members:write   | -      | all
unfreezeCard             | -         | ...RS.. | own members:write   | -      | all
freezeCard               | -         | ...RS.. | own members:write   | own    | all
electPackage             | -         | ....S.. | own members:write   | own    | all
quoteSwap                | -         | ....S.. | own members:write   | own    | all
swapPackage              | -         | ....S.. | own members:write   | own    | all
audience                 | -         | MAFR.UO | own offers:read     | -      | all
audiences                | -         | MAFR.UO | own offers:read     | -      | all
previewAudience          | -         | MA.R.UO | own offers:write    | -      | all
Audience.members         | -         | M..R.UO | own members:read    | -      | all
draftAudience            | -         | M...... | own offers:write    | -      | all
editAudience             | -         | M...... | own offers:write    | -      | all
submitAudience           | -         | M...... | own offers:write    | -      | all
approveAudience          | -         | .A..... | -                   | -      | -
rejectAudience           | -         | .A..... | -                   | -      | -
publishAudience          | -         | MA..... | own offers:write    | -      | all
endAudience              | -         | MA.R... | own offers:write    | -      | all
uploadAudienceList       | -         | ......O | own members:read    | -      | all
simulation               | -         | MA.R... | -                   | -      | all
simulateRules            | -         | MA.R... | -                   | -      | all
cancelSimulation         | -         | MA.R... | -                   | -      | all
Member.offerDeliveries   | -         | M..RSUO | own members:read    | own    | all
Member.activations       | -         | M..RSUO | own members:read    | own    | all
Member.purchases         | -         | M..RSUO | own members:read    | own    | all
Member.matches           | -         | M..RSUO | own offers:read     | own    | all
matchMembers             | -         | M..R.UO | own offers:read     | -      | all
explain                  | -         | M..RSUO | own offers:read     | own    | all
ExplainedInput.rule      | -         | M..R.UO | own offers:write    | -      | all
MomentInput.at           | -         | M..RSUO | -                   | -      | all
Member.entitlements      | -         | M.FRSUO | own members:read    | own    | all
Redemption.costs         | -         | ..F..U. | -                   | -      | all
issueRedemptionCode      | -         | -       | -                   | own    | all
claimBenefit             | -         | -       | -                   | own    | all
checkEntitlement         | -         | ....S.. | own purchases:write | own    | all
redeemEntitlement        | -         | -       | own purchases:write | -      | all
uploadRedemptions        | -         | -       | own purchases:write | -      | all
confirmRedemption        | -         | -       | own purchases:write | -      | all
completeRedemption       | -         | -       | own purchases:write | -      | all
releaseRedemption        | -         | ....S.. | own purchases:write | own    | all
reverseRedemption        | -         | ....S.. | own purchases:write | -      | all
recordPurchase           | -         | ....... | own purchases:write | -      | all
verifyLedger             | -         | ..FR.U. | -                   | -      | all
transferProof            | -         | ..FRSUO | own members:read    | own    | all
Member.transfers         | -         | ..FRSUO | own members:read    | own    | all
Transfer.actor           | -         | ..FRSUO | -                   | -      | all
Member.timeline          | -         | ...RSUO | -                   | -      | all
Account.lots             | -         | ..FRSUO | -                   | own    | all
Member.walletValue       | -         | ..F..U. | -                   | -      | all
Member.cash              | -         | ..FRSUO | -                   | own    | all
grantPoints              | -         | ......O | own points:write    | -      | all
confirmPoints            | -         | ......O | own points:write    | -      | all
spendPoints              | -         | ....... | own points:write    | -      | all
holdPoints               | -         | ....... | own points:write    | -      | all
captureHold              | -         | ....... | own points:write    | -      | all
voidHold                 | -         | ....S.. | own points:write    | -      | all
reverseTransfer          | -         | ......O | own points:write    | -      | all
convertPoints            | -         | ......O | -                   | -      | all
depositMoney             | -         | ......O | -                   | -      | all
withdrawMoney            | -         | ......O | -                   | -      | all
transferPoints           | -         | ....... | -                   | own    | all
adjustmentRequests       | -         | ..FR.UO | -                   | -      | -
requestAdjustment        | -         | ..F...O | -                   | -      | -
approveAdjustment        | -         | ..FR... | -                   | -      | -
rejectAdjustment         | -         | ..FR... | -                   | -      | -
grantGoodwill            | -         | ....S.. | -                   | -      | -
undoGoodwill             | -         | ....S.. | -                   | -      | -
outletTotals             | -         | ..F..UO | own merchant:read   | -      | all
auditLog                 | -         | ...R.U. | -                   | -      | all
apiKeys                  | -         | ...R.UO | own keys:write      | -      | all
createApiKey             | -         | ......O | own keys:write      | -      | all
rotateApiKey             | -         | ......O | own keys:write      | -      | all
revokeApiKey             | -         | ...R..O | own keys:write      | -      | all
actors                   | -         | ...R.UO | -                   | -      | all
registerActor            | -         | ......O | -                   | -      | all
disableActor             | -         | ...R..O | -                   | -      | all
`;

export interface PolicyCase {
  readonly action: string;
  readonly anonymous: Reach | undefined;
  readonly staff: readonly StaffRole[];
  readonly partner: { readonly reach: Reach; readonly scope: PartnerScope | undefined } | undefined;
  readonly member: Reach | undefined;
  readonly service: Reach | undefined;
}

export const policyCases: readonly PolicyCase[] = matrix.trim().split("\n").slice(1).map(readCase);

function readCase(line: string): PolicyCase {
  const [action = "", anonymous, staff = "", partner = "", member, service] = line
    .split("|")
    .map((cell) => cell.trim());
  const [reach, scope] = partner.split(" ");
  return {
    action,
    anonymous: readReach(anonymous),
    staff: staffRoles.filter((_, index) => staff[index] === "MAFRSUO"[index]),
    partner:
      partner === "-" ? undefined : { reach: readReach(reach) ?? "own", scope: scope as PartnerScope | undefined },
    member: readReach(member),
    service: readReach(service),
  };
}

function readReach(cell: string | undefined): Reach | undefined {
  if (cell === "all" || cell === "own") return cell;
  if (cell === "-") return undefined;
  throw new Error(`"${cell}" is no reach, expected all, own or -`);
}
