import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../../local/disk/log.ts";
import { temporaryFolder } from "../support/local-app.ts";

const never = (error: unknown) => {
	throw error;
};

function textsIn(folder: string): string[] {
	return readdirSync(folder)
		.sort()
		.map((name) => readFileSync(join(folder, name), "utf8"));
}

test("the log goes on where it stopped, for its owner's eyes alone", () => {
	using folder = temporaryFolder();
	openLog(folder.path, { onTrouble: never }).append("one");
	openLog(folder.path, { onTrouble: never }).append("two");
	expect(textsIn(folder.path)).toEqual(["one\ntwo\n"]);
	const [name = ""] = readdirSync(folder.path);
	expect(statSync(join(folder.path, name)).mode & 0o077).toBe(0);
});

test("the log keeps the newest lines, in files whose names sort by time, and no more than it may", () => {
	using folder = temporaryFolder();
	let second = 0;
	const log = openLog(folder.path, {
		fileBytes: 12,
		files: 3,
		now: () => new Date(1000 * second++),
		onTrouble: never,
	});
	for (let line = 0; line < 12; line++) log.append(`line${line % 10}`);
	// two lines a file: the first eight lines are in files that went
	expect(textsIn(folder.path)).toEqual([
		"line6\nline7\n",
		"line8\nline9\n",
		"line0\nline1\n",
	]);
});

test("a log that cannot be written says so once, and stops nothing", () => {
	const troubles: unknown[] = [];
	using folder = temporaryFolder();
	const log = openLog(folder.path, {
		onTrouble: (error) => troubles.push(error),
	});
	folder[Symbol.dispose]();
	log.append("one");
	log.append("two");
	expect(troubles).toHaveLength(1);
});
