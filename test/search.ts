import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	globSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { Found, Search, Tried } from "./support/property.ts";

const help = `npm run search -- [names] [options]

Tries the tests' properties under fresh seeds for as long as told, and prints
each case that one does not hold for. Names choose test files as they do for
npm test; without one, every file that has properties is searched.

  --minutes 5   for how long
  --help        print this

Exits with 1 if something was found, else with 0.`;

const root = join(import.meta.dirname, "..");
const longestShareMs = 20_000;
const tellEveryMs = 15_000;

class Wrong extends Error {}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof Wrong)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}

async function main(): Promise<number> {
	const { values, positionals } = readOptions();
	if (values.help) {
		console.log(help);
		return 0;
	}
	const minutes = Number(values.minutes);
	if (!(minutes > 0))
		throw new Wrong(`--minutes is "${values.minutes}"; it takes a number.`);
	const files = choose(positionals);
	const folder = mkdtempSync(join(tmpdir(), "billhook-search-"));
	try {
		const found = await search(files, minutes, join(folder, "report"));
		return found ? 1 : 0;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function readOptions() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				minutes: { type: "string", default: "5" },
				help: { type: "boolean", short: "h", default: false },
			},
		});
	} catch (error) {
		throw new Wrong(`${(error as Error).message}\n\n${help}`);
	}
}

/** The test files with properties whose paths contain one of the names. */
function choose(names: readonly string[]): string[] {
	const exclude = ["test/search.test.ts"];
	const all = globSync("test/**/*.test.ts", { cwd: root, exclude })
		.filter((file) => hasProperties(join(root, file)))
		.sort();
	const unknown = names.find(
		(name) => !all.some((file) => file.includes(name)),
	);
	if (unknown !== undefined) {
		const known = all.map((file) =>
			relative("test", file).replace(".test.ts", ""),
		);
		throw new Wrong(
			`No file with properties is called "${unknown}". There are:\n  ${known.join("\n  ")}`,
		);
	}
	return names.length === 0
		? all
		: all.filter((file) => names.some((name) => file.includes(name)));
}

/** Whether a test file tries properties, itself or by what it shares with others. */
function hasProperties(file: string): boolean {
	const imports = /from "(\.[^"]+)"/g;
	return [...readFileSync(file, "utf8").matchAll(imports)]
		.map(([, path = ""]) => join(dirname(file), path))
		.filter((path) => path.includes("/test/support/") && existsSync(path))
		.some((path) => path.endsWith("/property.ts") || hasProperties(path));
}

/** Runs the files again and again, each property for its share of the time left; answers whether something was found. */
async function search(
	files: readonly string[],
	minutes: number,
	report: string,
): Promise<boolean> {
	writeFileSync(report, "");
	const begun = performance.now();
	const passedMs = () => performance.now() - begun;
	const leftMs = () => minutes * 60_000 - passedMs();
	const told = new Set<string>();
	const tell = () => {
		const tried = readReport(report);
		for (const one of tried) {
			if (!one.found || told.has(nameOf(one))) continue;
			told.add(nameOf(one));
			console.log(describe(one, one.found));
		}
		console.log(summarize(tried, passedMs()));
	};
	const telling = setInterval(tell, tellEveryMs);
	// the first round tries each property once: how many there are, and how long a round takes
	let shareMs = 0;
	let roundMs = 0;
	let known = 0;
	try {
		do {
			const { code, output } = await run(files, { shareMs, report });
			const tried = readReport(report);
			const news = tried.slice(known);
			if (code !== 0 && !news.some(({ found }) => found))
				throw new Wrong(`${output}\nThe tests fail where no property does.`);
			known = tried.length;
			roundMs ||= passedMs();
			const properties = new Set(news.map(nameOf)).size;
			shareMs = Math.min(longestShareMs, leftMs() / properties);
		} while (leftMs() > roundMs);
	} finally {
		clearInterval(telling);
	}
	tell();
	return told.size > 0;
}

async function run(files: readonly string[], search: Search) {
	const vitest = join(root, "node_modules/vitest/vitest.mjs");
	const options = ["--root", root, "--testTimeout", "0", "--silent"];
	const child = spawn(process.execPath, [vitest, "run", ...files, ...options], {
		env: { ...process.env, BILLHOOK_SEARCH: JSON.stringify(search) },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const [output, complaint, [code]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "close"),
	]);
	return { code, output: output + complaint };
}

function readReport(report: string): Tried[] {
	const lines = readFileSync(report, "utf8").split("\n").slice(0, -1);
	return lines.map((line) => JSON.parse(line));
}

function nameOf({ file, test }: Tried): string {
	return `${relative(root, file)} > ${test}`;
}

function describe(tried: Tried, found: Found): string {
	const { file, test, seed } = tried;
	const pattern = test.replaceAll(/ ?[^\w ]+ ?/g, ".*");
	return `
Found: ${nameOf(tried)}

${found.message}

As a case:
  { examples: [${found.smallest}] }
Again:
  BILLHOOK_SEED=${seed} BILLHOOK_PATH=${found.path} npm test -- ${relative(root, file)} -t '${pattern}'
`;
}

function summarize(tried: readonly Tried[], ms: number): string {
	const properties = new Set(tried.map(nameOf)).size;
	const runs = tried.reduce((sum, one) => sum + one.runs, 0);
	const broken = new Set(tried.filter(({ found }) => found).map(nameOf)).size;
	return `${(ms / 60_000).toFixed(1)} min: ${runs} runs of ${properties} properties under ${tried.length} seeds; ${broken || "nothing"} found.`;
}
