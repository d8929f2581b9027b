import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataFolder, openParts } from "../../local/disk/data-folder.ts";
import { temporaryFolder } from "../support/local-app.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
	folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("a folder that is made is its owner's alone, with all that leads to it", () => {
	const inner = join(folder.path, "one", "two");
	openDataFolder(inner);
	openDataFolder(inner);
	expect(modeOf(inner)).toBe(0o700);
	expect(modeOf(join(folder.path, "one"))).toBe(0o700);
});

test("a folder that was there keeps its mode, and its parts are their owner's alone", () => {
	const before = join(folder.path, "before");
	mkdirSync(join(before, "fauxqs"), { recursive: true, mode: 0o755 });
	openDataFolder(before);
	openParts(before);
	expect(modeOf(before)).toBe(0o755);
	for (const part of ["dynamodb", "fauxqs", "secrets", "streams"])
		expect(modeOf(join(before, part))).toBe(0o700);
});

test("a file in its place, or on its way, is said to be one", () => {
	const file = join(folder.path, "file");
	writeFileSync(file, "");
	expect(() => openDataFolder(file)).toThrow(
		`The data folder ${file} cannot be used: it, or a part of its path, is a file. Choose another: BILLHOOK_DATA=… npm start`,
	);
	expect(() => openDataFolder(join(file, "below"))).toThrow(
		"it, or a part of its path, is a file.",
	);
});

test.runIf(process.platform === "linux")(
	"a place where no folder can be made is refused at once",
	() => {
		for (const path of ["/proc/foo", "/proc/foo/bar"])
			expect(() => openDataFolder(path)).toThrow(
				"no folder can be made there.",
			);
	},
);
