import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const files = globSync("{test,bench}/**/*.ts", { cwd: root });

/** What nobody but the file named may say. */
const reserved: readonly [pattern: RegExp, only: string][] = [
	// a property that is tried by another way has another seed each time
	[
		/\bfc\s*\.\s*(assert|check|sample|statistics)\b|import\s*(type\s*)?\{[^}]*\}\s*from "fast-check"/,
		"test/support/property.ts",
	],
	// it is the user's to edit, and no edit turns a test red
	[/"[./]+\/infra\/config\.ts"/, "test/infra/config.test.ts"],
];

test.each(reserved)("nobody says %s but %s", (pattern, only) => {
	const found = files.filter((file) =>
		pattern.test(readFileSync(join(root, file), "utf8")),
	);
	expect(found).toEqual([only]);
});
