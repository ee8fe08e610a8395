import type { LocalisedText } from "../kernel/localised";
import type { NewOutlet } from "../merchants/create-outlet";
import { cdStore, coffeeHouse } from "../import/known-merchants";
import type { MerchantToFound } from "../import/founding";

/** The operator is one of the partners: it issues the alliance's own points. */
export const demoPartners = [
  { code: "riverbend", name: text("Riverbend Alliance", "江湾联盟") },
  { code: "river-bank", name: text("River Bank", "江岸银行") },
  coffeeHouse.partner,
  cdStore.partner,
  { code: "sky-air", name: text("Sky Air", "云天航空") },
  { code: "fresh-market", name: text("Fresh Market Group", "鲜集集团") },
  { code: "green-fuel", name: text("Green Fuel", "青禾能源") },
  { code: "lantern-dining", name: text("Lantern Dining", "灯影餐饮") },
  { code: "harbour-care", name: text("Harbour Care", "港湾健康") },
] as const;

export const demoCategories = [
  coffeeHouse.category,
  cdStore.category,
  { code: "air-travel", name: text("Air travel", "航空出行") },
  { code: "supermarket", name: text("Supermarkets", "商超便利") },
  { code: "fuel", name: text("Fuel and charging", "加油充电") },
  { code: "dining", name: text("Restaurants", "餐饮美食") },
  { code: "health", name: text("Health", "医疗健康") },
] as const;

export interface DemoMerchant {
  readonly partner: string;
  readonly merchant: MerchantToFound;
  /** Code of the chain it belongs to, which stands before it in the list. */
  readonly parent?: string;
  readonly outlets: readonly Omit<NewOutlet, "merchantId">[];
}

export const demoMerchants: readonly DemoMerchant[] = [
  {
    partner: coffeeHouse.partner.code,
    merchant: coffeeHouse.merchant,
    outlets: [
      shop("SH-001", "Bund", "外滩店", "Shanghai", "18 Zhongshan East 1st Road", "中山东一路18号"),
      shop("SH-002", "Xintiandi", "新天地店", "Shanghai", "181 Taicang Road", "太仓路181号"),
      shop("HZ-001", "West Lake", "西湖店", "Hangzhou", "147 Hubin Road", "湖滨路147号"),
      shop("BJ-001", "Sanlitun", "三里屯店", "Beijing", "19 Sanlitun Road", "三里屯路19号"),
      online("APP", "Order ahead", "手机点单", "https://coffee-house.example/order"),
    ],
  },
  {
    partner: cdStore.partner.code,
    merchant: cdStore.merchant,
    outlets: [online("WEB", "Encore online", "返场唱片网店", "https://encore-records.example/shop")],
  },
  {
    partner: "sky-air",
    merchant: {
      code: "sky-air",
      name: text("Sky Air", "云天航空"),
      categoryCode: "air-travel",
      websiteUrl: "https://sky-air.example/",
    },
    outlets: [
      online("WEB", "Bookings", "官网订票", "https://sky-air.example/book"),
      shop("PVG", "Pudong airport counter", "浦东机场柜台", "Shanghai", "Terminal 2, hall 3", "2号航站楼3号厅"),
      shop("CTU", "Tianfu airport counter", "天府机场柜台", "Chengdu", "Terminal 1, hall 1", "1号航站楼1号厅"),
    ],
  },
  {
    partner: "fresh-market",
    merchant: {
      code: "fresh-market",
      name: text("Fresh Market", "鲜集超市"),
      categoryCode: "supermarket",
      websiteUrl: "https://fresh-market.example/",
    },
    outlets: [
      shop("SH-101", "Jing'an", "静安店", "Shanghai", "1618 Nanjing West Road", "南京西路1618号"),
      shop("SU-101", "Guanqian", "观前店", "Suzhou", "88 Guanqian Street", "观前街88号"),
      shop("NJ-101", "Xinjiekou", "新街口店", "Nanjing", "1 Zhongshan South Road", "中山南路1号"),
      online("WEB", "Home delivery", "鲜集到家", "https://fresh-market.example/home"),
    ],
  },
  {
    partner: "fresh-market",
    parent: "fresh-market",
    merchant: { code: "fresh-market-express", name: text("Fresh Market Express", "鲜集便利"), categoryCode: "supermarket" },
    outlets: [
      shop("SH-501", "People's Square station", "人民广场站店", "Shanghai", "Line 2, exit 9", "2号线9号口"),
      shop("SH-502", "Lujiazui station", "陆家嘴站店", "Shanghai", "Line 2, exit 4", "2号线4号口"),
      shop("HZ-501", "East Station", "杭州东站店", "Hangzhou", "Arrivals, east side", "到达层东侧"),
    ],
  },
  {
    partner: "green-fuel",
    merchant: {
      code: "green-fuel",
      name: text("Green Fuel", "青禾加油"),
      categoryCode: "fuel",
      websiteUrl: "https://green-fuel.example/",
    },
    outlets: [
      shop("SH-G01", "Hongqiao station", "虹桥站", "Shanghai", "2550 Hongqiao Road", "虹桥路2550号"),
      shop("SU-G01", "Industrial Park station", "园区站", "Suzhou", "168 Suhui Road", "苏惠路168号"),
      shop("CD-G01", "Hi-tech station", "高新站", "Chengdu", "999 Tianfu Avenue", "天府大道999号"),
    ],
  },
  {
    partner: "lantern-dining",
    merchant: { code: "lantern-dining", name: text("Lantern", "灯影小馆"), categoryCode: "dining" },
    outlets: [
      shop("CD-001", "Kuanzhai Alley", "宽窄巷子店", "Chengdu", "27 Kuan Alley", "宽巷子27号"),
      shop("SH-001", "Yongkang Road", "永康路店", "Shanghai", "63 Yongkang Road", "永康路63号"),
    ],
  },
  {
    partner: "harbour-care",
    merchant: {
      code: "harbour-care",
      name: text("Harbour Care Clinics", "港湾诊所"),
      categoryCode: "health",
      websiteUrl: "https://harbour-care.example/",
    },
    outlets: [
      shop("NJ-C01", "Gulou clinic", "鼓楼诊所", "Nanjing", "321 Zhongshan Road", "中山路321号"),
      online("VIDEO", "Video consultation", "视频问诊", "https://harbour-care.example/video"),
    ],
  },
];

function text(en: string, zh: string): LocalisedText {
  return { en, "zh-CN": zh };
}

function shop(code: string, en: string, zh: string, city: string, streetEn: string, streetZh: string) {
  const place = { country: "CN", city, address: text(streetEn, streetZh), url: null };
  return { code, name: text(en, zh), kind: "PHYSICAL" as const, ...place };
}

function online(code: string, en: string, zh: string, url: string) {
  return { code, name: text(en, zh), kind: "ONLINE" as const, country: null, city: null, address: null, url };
}
