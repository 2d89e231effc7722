// Renders formulas with KaTeX in strict mode: a JSON list of {where, tex, display} on stdin; one
// line for each that fails on stdout, and exit code 1 then.  KATEX names the package's folder.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const katex = createRequire(import.meta.url)(process.env.KATEX);
let failed = 0;
for (const { where, tex, display } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    katex.renderToString(tex, { displayMode: display, strict: "error", throwOnError: true });
  } catch (fault) {
    failed += 1;
    console.log(`${where}: ${fault.message}\n    ${tex}`);
  }
}
process.exit(failed ? 1 : 0);
