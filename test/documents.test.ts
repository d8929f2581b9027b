import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { attributes } from "../functions/attributes.ts";
import { parse } from "../functions/events.ts";
import { openDocument } from "./support/document.ts";

const root = join(import.meta.dirname, "..");
const { files, version } = JSON.parse(
	readFileSync(join(root, "package.json"), "utf8"),
);
const pages = [
	...["README.md", "CHANGELOG.md", "CONTRIBUTING.md"],
	...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];

/** As the places of headings are called in a page's address. */
function anchorsOf(page: string): string[] {
	const headings = openDocument(page).text.matchAll(/^#+ (.+)$/gm);
	return [...headings].map(([, heading = ""]) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N} _-]/gu, "")
			.replaceAll(" ", "-"),
	);
}

describe.each(pages)("%s", (page) => {
	const links = [
		...openDocument(page).text.matchAll(/\]\((?!https?:)([^)]+)\)/g),
	].map(([, link = ""]) => link);

	test("leads only to what is there, in the package too", () => {
		const shipped = [...files, "README.md", "LICENSE"];
		for (const link of links) {
			const [path = "", anchor] = link.split("#");
			const target = path ? join(dirname(page), path) : page;
			expect(existsSync(join(root, target)), link).toBe(true);
			expect(shipped, link).toContain(target.split("/")[0]);
			if (anchor) expect(anchorsOf(target), link).toContain(anchor);
		}
	});
});

describe("docs/message.md", () => {
	const page = openDocument("docs/message.md");
	const message = page.block("specversion");

	test("shows a message that is valid by its schema, and that billhook/events reads", () => {
		const ajv = new Ajv2020({ strict: true });
		addFormats.default(ajv);
		const { type } = JSON.parse(message);
		const path = join(root, `schemas/${type}.json`);
		const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
		validate(JSON.parse(message));
		expect(validate.errors ?? []).toEqual([]);
		expect(parse(message)).toMatchObject({ type });
	});

	test("says of every attribute what it is", () => {
		const named = [...page.text.matchAll(/^\| `(\w+)` \|/gm)].map(
			([, name]) => name,
		);
		expect(named.sort()).toEqual(
			[...Object.keys(attributes.shape), "data"].sort(),
		);
		expect(page.untried()).toEqual([]);
	});
});

test("CONTRIBUTING.md says of every folder what is in it", () => {
	const { text } = openDocument("CONTRIBUTING.md");
	const inside = readdirSync(join(root, "functions"), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => `functions/${name}`);
	for (const folder of ["bench", "infra", "local", "ops", "testing", ...inside])
		expect(text).toMatch(new RegExp(`^\\| \`${folder}/`, "m"));
});

test("CHANGELOG.md begins with this version", () => {
	const [, newest] =
		/^## (\S+?),? /m.exec(openDocument("CHANGELOG.md").text) ?? [];
	expect(newest).toBe(version);
});
