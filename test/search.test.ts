import { execFile } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { temporaryFolder } from "./support/local-app.ts";
import { holds, type Search } from "./support/property.ts";

const root = join(import.meta.dirname, "..");
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
afterEach(() => {
	vi.unstubAllEnvs();
});

const property = "./support/property.ts";
const propertyOf = (law: string) => `
import * as fc from "fast-check";
import { test } from "vitest";
import { holds } from "${property}";
test("numbers (it's said) are small", () => holds(fc.property(fc.nat(), (n) => ${law})));
test("so they are in time", () => holds(fc.asyncProperty(fc.nat(), async (n) => ${law})));
`;

/** A project whose tests are these alone. */
beforeAll(() => {
	const files = {
		"package.json": `{ "type": "module", "scripts": { "test": "node node_modules/vitest/vitest.mjs run" } }`,
		"test/false.test.ts": propertyOf("n < 1000"),
		"test/true.test.ts": propertyOf("n < 2 ** 31"),
		"test/broken.test.ts": `${propertyOf("true")} throw new Error("no test");`,
		"test/plain.test.ts": `import { test } from "vitest"; test("is", () => {});`,
	};
	mkdirSync(join(folder.path, "test/support"), { recursive: true });
	for (const [path, text] of Object.entries(files))
		writeFileSync(join(folder.path, path), text);
	for (const path of ["test/search.ts", "test/support/property.ts"])
		cpSync(join(root, path), join(folder.path, path));
	const packages = join(root, "node_modules");
	symlinkSync(packages, join(folder.path, "node_modules"));
});

function shell(command: string) {
	const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
	return new Promise<{ code: unknown; stdout: string; stderr: string }>(
		(resolve) =>
			execFile(
				"bash",
				["-c", command],
				{ cwd: folder.path, env },
				(error, stdout, stderr) =>
					resolve({ code: error?.code ?? 0, stdout, stderr }),
			),
	);
}

const search = (words: string) => shell(`node test/search.ts ${words}`);

test("a search finds what a property does not hold for, as a case and as a command that finds it again", async () => {
	const { code, stdout } = await search("false --minutes 0.01");
	expect(stdout.match(/^Found: .*/gm)).toEqual([
		"Found: test/false.test.ts > numbers (it's said) are small",
		"Found: test/false.test.ts > so they are in time",
	]);
	expect(stdout.match(/\{ examples: \[\[1000\]\] \}/g)).toHaveLength(2);
	expect(stdout).toMatch(/ of 2 properties under \d+ seeds; 2 found\.\n$/);
	expect(code).toBe(1);
	for (const command of stdout.match(/BILLHOOK_SEED=.*/g) ?? []) {
		const again = await shell(command);
		expect(again.stderr).toContain("Counterexample: [1000]");
		expect(again.stdout).toMatch(/1 failed/);
	}
});

test("a search that finds nothing says how much it tried", async () => {
	const { code, stdout } = await search("true --minutes 0.01");
	const [, runs = 0, seeds = 0] =
		/(\d+) runs of 2 properties under (\d+) seeds; nothing found\.\n$/.exec(
			stdout,
		) ?? [];
	expect(Number(seeds)).toBeGreaterThanOrEqual(2);
	expect(Number(runs)).toBe(Number(seeds) * 100);
	expect(code).toBe(0);
});

test.each([
	["at once", () => holds(fc.property(fc.nat(), () => {}))],
	["in time", () => holds(fc.asyncProperty(fc.nat(), async () => {}))],
])(
	"a property that is tried %s is tried under ever fresh seeds while its share lasts",
	async (_, tryOut) => {
		const report = join(folder.path, "report");
		writeFileSync(report, "");
		const wanted: Search = { shareMs: 1000, report };
		vi.stubEnv("BILLHOOK_SEARCH", JSON.stringify(wanted));
		await tryOut();
		const lines = readFileSync(report, "utf8").trim().split("\n");
		const seeds = lines.map((line) => JSON.parse(line).seed);
		expect(new Set(seeds).size).toBeGreaterThan(2);
	},
);

test("a search says why it cannot run", async () => {
	const broken = await search("broken true --minutes 0.01");
	expect(broken.stderr).toContain("no test");
	expect(broken.stderr).toMatch(/The tests fail where no property does\.\n$/);
	expect(broken.code).toBe(1);
	const unknown = await search("plain");
	expect(unknown.stderr).toContain(
		'No file with properties is called "plain". There are:\n  broken\n  false\n  true\n',
	);
	expect(unknown.code).toBe(1);
	const time = await search("--minutes soon");
	expect(time.stderr).toContain('--minutes is "soon"; it takes a number.');
	expect(time.code).toBe(1);
	const help = await search("--help");
	expect(help.stdout).toContain("--minutes");
	expect(help.code).toBe(0);
});
