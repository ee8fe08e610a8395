/**
 * The forward index: which of many rules hold of one member in one moment. See bench/README.md.
 *
 *   npm run bench:rules [-- --rules 100000 --members 2000 --seed 1 --profile typical|broad|active --tags 150|300
 *                           --held --rivals all|closures|none --json --smoke]
 */
import { measureRules } from "./rules/measure";
import { readOptions } from "./rules/options";

async function main(): Promise<void> {
  const options = readOptions();
  const result = await measureRules(options);
  console.log(JSON.stringify(result));
  if (result.mismatches > 0) process.exitCode = 1;
}

void main();
