import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";

const folder = join(import.meta.dirname, "../../docs/providers");
const pages = readdirSync(folder).map((name) => name.replace(/\.md$/, ""));

test("each provider that comes with Billhook has a page, and no other has", () => {
	const names = [
		"caminvoice",
		"dealpos",
		"finbox",
		"github",
		"marosa",
		"photon",
		"standard-webhooks",
		"stripe",
	];
	expect(pages.sort()).toEqual(names);
});

describe.each(pages)("the page of %s", (name) => {
	const page = readFileSync(join(folder, `${name}.md`), "utf8");
	const provider = providers.find((one) => one.name === name);

	test("names each setting of its two secrets, and none that is not there", () => {
		const rows = page
			.split(/^## Settings$/m)[1]
			?.split(/^## /m)[0]
			?.matchAll(/^\| (`[^|]+) \|/gm);
		const named = [...(rows ?? [])].flatMap(([, cell = ""]) =>
			[...cell.matchAll(/`(\w+)`/g)].map(([, setting]) => setting),
		);
		const declared = [provider?.settings, provider?.poll?.settings].flatMap(
			(settings) => Object.keys(settings?._zod.def.shape ?? {}),
		);
		expect(named.sort()).toEqual(declared.sort());
	});

	test("says how it is set up and what is assumed, on one screen, and leads to the vendor's own", () => {
		expect(page).toMatch(/^## Setting it up$/m);
		expect(page).toMatch(/^## Assumed and unproven$/m);
		expect(page.split("\n").length).toBeLessThan(60);
		expect(page).toContain("](https://");
	});
});
