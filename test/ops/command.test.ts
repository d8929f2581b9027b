import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineCommand } from "../../ops/command/command.ts";
import { askConsent, yesOption } from "../../ops/command/consent.ts";
import { eventFilter, readFilter } from "../../ops/command/filter.ts";
import { idsOption, readIds } from "../../ops/command/ids.ts";
import { listOptions, printList } from "../../ops/command/list.ts";
import { readTime } from "../../ops/command/period.ts";
import type { Registry } from "../../ops/command/run.ts";
import { commands } from "../../ops/commands.ts";
import { Trouble } from "../../ops/trouble.ts";
import { type } from "../support/billhook.ts";

const Bird = z.object({ id: z.string(), song: z.string() });

const birds = defineCommand({
	name: "birds",
	summary: "who sings",
	options: { ...eventFilter, ...listOptions },
	examples: [["birds --limit 1", "one of them"]],
	line: Bird,
	async run({ values, terminal, signal }) {
		const { type: wanted } = readFilter(values, terminal);
		const all = [
			{ id: "wren", song: "trill" },
			{ id: "crow", song: "caw\u001b[2J\u202e" },
		];
		return printList(
			all.filter(({ id }) => wanted === undefined || id === wanted),
			{
				values,
				terminal,
				signal,
				columns: [
					{ title: "id", width: 6, of: ({ id }) => id },
					{ title: "song", of: ({ song }) => song },
				],
			},
		);
	},
});

const scare = defineCommand({
	name: "birds scare",
	summary: "frightens them",
	arguments: [{ name: "[<id …>]", says: "which birds" }],
	options: { ...idsOption, ...yesOption },
	examples: [["birds scare wren --yes", "one of them"]],
	async run({ values, words, terminal }) {
		const ids = await readIds(words, values, terminal);
		if (ids.includes("eagle")) throw new Trouble("An eagle is not scared.");
		const intention = { what: "Birds are scared", count: ids.length };
		askConsent({ ...intention, samples: ids }, values, terminal);
		terminal.print(ids.join("+"));
		return "done";
	},
});

const own: Registry = {
	birds: async () => birds,
	"birds scare": async () => scare,
};

const typed = (words: string, typing: Parameters<typeof type>[1] = {}) =>
	type(words, { commands: own, ...typing });

describe("what is typed", () => {
	test.each([
		["", "Which command? It stands before its options. billhook --help"],
		["--json birds", "Which command? It stands before its options."],
		["bird", 'There is no command "bird". Is birds meant?'],
		["birds scar", '"scar" is one word too many.'],
		["birds --jsom", "There is no option --jsom. Is --json meant?"],
		["birds --json=no", "--json takes no value."],
		["birds --since", "--since needs <time>."],
		["birds --since --json", "--since needs <time>."],
		["birds --json --json", "--json is given twice."],
		["birds --via post", '--via is "post"; it can be webhook or poll.'],
		["birds --limit 0", '--limit is "0"; it takes a whole number, from 1.'],
		["birds --since yesterday", '--since is "yesterday"; it takes so long ago'],
		["birds --since 1h --until 2h", "lies behind the end of the time"],
		["birds scare wren --ids -", "Type the ids, or read them with --ids -"],
	])("as %j is not understood, and says why", async (words, says) => {
		const { code, stdout, stderr } = await typed(words);
		expect(stderr).toContain(says);
		expect(stderr).toMatch(/billhook .*--help explains\.\n$/);
		expect([code, stdout]).toEqual([2, ""]);
	});

	test("may be put right by its user: 1, and one line", async () => {
		const { code, stdout, stderr } = await typed("birds scare eagle --yes");
		expect([code, stdout, stderr]).toEqual([
			1,
			"",
			"An eagle is not scared.\n",
		]);
	});

	test.each(["--help", "-h", "help"])("as %s is answered", async (words) => {
		const { code, stdout } = await typed(words);
		expect(stdout).toContain("birds scare  frightens them");
		expect(code).toBe(0);
	});

	test.each(["birds scare --help", "help birds scare", "birds scare -h --yes"])(
		"as %s explains the command, with an example",
		async (words) => {
			const { code, stdout } = await typed(words);
			expect(stdout).toContain("billhook birds scare [<id …>] [options]");
			expect(stdout).toContain("    billhook birds scare wren --yes");
			expect(code).toBe(0);
		},
	);
});

describe("a list", () => {
	test("prints a line for each, and says which time is meant where none is typed", async () => {
		const { code, stdout, stderr } = await typed("birds");
		expect(stdout).toBe("wren    trill\ncrow    caw\\u001b[2J\\u202e\n");
		expect(stderr).toContain("The 24 hours until now; --since");
		expect(code).toBe(0);
		expect((await typed("birds --since 2h")).stderr).toBe("");
	});

	test("counts, ends at a limit, and says nothing matched by 3", async () => {
		expect((await typed("birds --count")).stdout).toBe("2\n");
		expect((await typed("birds --count --json")).stdout).toBe('{"count":2}\n');
		expect((await typed("birds --limit 1")).lines).toHaveLength(1);
		const none = await typed("birds --type owl");
		expect([none.code, none.stdout]).toEqual([3, ""]);
		expect(none.stderr).toContain("Nothing matched.");
	});

	test("is one object a line for programs", async () => {
		const { lines } = await typed("birds --json");
		const rows = lines.map((line) => Bird.parse(JSON.parse(line)));
		expect(rows.map(({ id }) => id)).toEqual(["wren", "crow"]);
	});

	test("has colours on a terminal alone, and none where NO_COLOR is set", async () => {
		const coloured = await typed("birds", { columns: 80 });
		expect(coloured.stderr).toContain("\u001b[2mid");
		const environment = { NO_COLOR: "1" };
		const plain = await typed("birds", { columns: 80, environment });
		expect(plain.stderr).toContain("\nid      song");
		expect(plain.stderr).not.toContain("\u001b");
	});
});

describe("what acts", () => {
	test("shows how many and three of them, and does nothing without --yes", async () => {
		const { code, stdout, stderr } = await typed("birds scare a b c d e");
		expect([code, stdout]).toEqual([2, ""]);
		expect(stderr).toContain("Birds are scared:\n  a\n  b\n  c\n  and 2 more");
		expect(stderr).toContain("Nothing has been done yet; --yes does it.");
	});

	test("takes the ids that a list printed, with or without --json", async () => {
		for (const words of ["birds", "birds --json"]) {
			const { stdout: stdin } = await typed(words);
			const scared = await typed("birds scare --ids - --yes", { stdin });
			expect([scared.code, scared.stdout]).toEqual([0, "wren+crow\n"]);
		}
	});
});

test("a time is so long ago, or a date in UTC unless it names a zone", () => {
	const now = new Date("2026-03-01T12:00:00Z");
	const read = (text: string) => readTime("--since", text, now).toISOString();
	expect(read("90s")).toBe("2026-03-01T11:58:30.000Z");
	expect(read("7d")).toBe("2026-02-22T12:00:00.000Z");
	expect(read("2026-02-01")).toBe("2026-02-01T00:00:00.000Z");
	expect(read("2026-02-01 10:00")).toBe("2026-02-01T10:00:00.000Z");
	expect(read("2026-02-01T10:00+02:00")).toBe("2026-02-01T08:00:00.000Z");
	for (const text of ["2", "h", "2026-02-31x", "2026-13-01", "-2h"])
		expect(() => read(text)).toThrow(`--since is "${text}"`);
});

test("every command is declared under its name, with an example that could be typed", async () => {
	for (const [name, load] of Object.entries(commands)) {
		const { examples, options, ...command } = await load();
		expect(command.name).toBe(name);
		expect(command.summary).toMatch(/^[a-z].*[^.]$/);
		expect(examples.length).toBeGreaterThan(0);
		for (const [example] of examples) {
			expect(`${example} `).toContain(`${name} `);
			for (const [, option = ""] of example.matchAll(/ --([a-z-]+)/g))
				expect([example, Object.keys(options)]).toEqual([
					example,
					expect.arrayContaining([option]),
				]);
		}
	}
});

test("every command that a text of the command line names is one there is", () => {
	const root = join(import.meta.dirname, "../..");
	const known = new Set(
		Object.keys(commands).map((name) => name.split(" ")[0]),
	);
	const named = globSync("ops/**/*.ts", { cwd: root }).flatMap((file) =>
		Array.from(
			readFileSync(join(root, file), "utf8").matchAll(
				/\bbillhook ([a-z][a-z-]+)/g,
			),
			([, word]) => ({ file, word }),
		),
	);
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter(({ word }) => !known.has(word))).toEqual([]);
});
