import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apiFile, entries, publicApi } from "../../infra/build/public-api.ts";

const committed = readFileSync(
	join(import.meta.dirname, "../..", apiFile),
	"utf8",
);

test("the declarations of every export are those that were committed: npm run generate writes them", () => {
	expect(publicApi()).toBe(committed);
});

test("the committed declarations begin at each export and end where nothing more of ours is imported", () => {
	const files = [...committed.matchAll(/^\/\/ (\S+\.d\.ts)$/gm)].map(
		([, file]) => file,
	);
	expect(files).toEqual(expect.arrayContaining(entries()));
	expect(new Set(files).size).toBe(files.length);
	// an option, and an event's schema, each some files away from where the package is entered
	expect(committed).toContain("readonly alarmEmail?: string;");
	expect(committed).toMatch(/statement_id: import\("zod/);
});
