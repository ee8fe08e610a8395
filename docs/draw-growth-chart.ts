/** Draws docs/images/graphql-growth.svg from bench/results/graphql-growth.json: `npm run docs:chart`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Growth } from "../bench/graphql-growth/results";
import { drawGrowthChart } from "./growth-chart/chart";

const root = join(__dirname, "..");
const growth = JSON.parse(readFileSync(join(root, "bench/results/graphql-growth.json"), "utf8")) as Growth;
writeFileSync(join(root, "docs/images/graphql-growth.svg"), drawGrowthChart(growth));
