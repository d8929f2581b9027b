import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documented } from "../../ops/command/document.ts";
import { commands } from "../../ops/commands.ts";

const root = join(import.meta.dirname, "../..");

test("what is committed of the commands is what they declare", async () => {
	const files = await documented(commands);
	for (const [path, text] of files)
		expect({ path, text: readFileSync(join(root, path), "utf8") }).toEqual({
			path,
			text,
		});
	const committed = readdirSync(join(root, "schemas/ops"));
	expect(committed.map((name) => `schemas/ops/${name}`).sort()).toEqual(
		[...files.keys()].filter((path) => path.startsWith("schemas/")).sort(),
	);
});
