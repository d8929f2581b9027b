import { globSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { providerNames } from "../functions/providers.ts";

const root = join(import.meta.dirname, "..");
const files = globSync(
	"{functions,infra,local,ops,test,examples,bench}/**/*.ts",
	{ cwd: root },
).sort();
const text = new Map(
	files.map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

/** Decides, and knows no SDK, no clock, no environment. */
const pure =
	"functions/{{asking,delivery,inbox,polling,queue}/*,{line,problem,provider}.ts}";

/** Who may import whom: the first row whose left side fits a file is its row. */
const arrows: readonly [from: string, may: readonly string[]][] = [
	[pure, [pure, "zod", "node:{crypto,util,zlib}"]],
	[
		"functions/aws/*",
		["functions/aws/*", pure, "@{aws-sdk,smithy}/**", "node:*", "zod"],
	],
	["functions/simulator/*", ["functions/simulator/*", "node:*", "zod"]],
	[
		"functions/providers/*/simulator.ts",
		["<folder>/*", "functions/simulator/*", "node:*", "zod"],
	],
	[
		"functions/providers/*/*",
		[
			"<folder>/*",
			"functions/provider.ts",
			"functions/{inbox/identity,polling/poll,asking/shape}.ts",
			"node:crypto",
			"zod",
		],
	],
	["functions/events.generated.ts", ["functions/providers/*/provider.ts"]],
	[
		"functions/events.ts",
		[
			"functions/{attributes,events.generated}.ts",
			"functions/inbox/event.ts",
			"zod",
		],
	],
	["functions/providers.ts", ["functions/provider.ts", "node:*"]],
	[
		"functions/*",
		[
			"functions/settings.ts",
			"functions/aws/*",
			pure,
			"aws-lambda",
			"node:*",
			"zod",
		],
	],
	[
		"infra/**",
		[
			"infra/**",
			"functions/{providers,attributes}.ts",
			"functions/provider.ts",
			"aws-cdk-lib{,/**}",
			"constructs",
			"cdk-nag",
			"esbuild",
			"node:*",
			"zod",
		],
	],
	[
		"local/**",
		[
			"local/**",
			"functions/providers.ts",
			"functions/simulator/*",
			"functions/provider.ts",
			"@{aws-sdk,smithy}/**",
			"fauxqs",
			"aws-lambda",
			"node:*",
			"zod",
		],
	],
	[
		"ops/*",
		[
			"ops/*",
			"functions/aws/*",
			pure,
			"functions/{settings,providers}.ts",
			"@{aws-sdk,smithy}/**",
			"node:*",
			"zod",
		],
	],
	[
		"examples/**",
		[
			"<folder>/*",
			"billhook{,/**}",
			"@{aws-sdk,aws-lambda-powertools}/**",
			"aws-lambda",
			"aws-cdk-lib{,/**}",
			"constructs",
			"node:*",
		],
	],
	["{test,bench}/**", ["anything"]],
];

const statement =
	/^\s*(?:import|export)\s[^;"]*?\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\b(?:import|require)\(\s*"([^"]+)"/gm;

function importsOf(file: string): string[] {
	return [...(text.get(file) ?? "").matchAll(statement)].map((found) => {
		const name = found.slice(1).find((group) => group !== undefined) ?? "";
		return name.startsWith(".")
			? relative(root, join(root, dirname(file), name))
			: name.replace(/^(node:\w+).*/, "$1");
	});
}

/** The text without comments. */
function codeOf(file: string): string {
	return (text.get(file) ?? "").replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
}

function mayImport(file: string, target: string): boolean {
	const [, may = []] = arrows.find(([from]) => matchesGlob(file, from)) ?? [];
	return may.some(
		(glob) =>
			glob === "anything" ||
			matchesGlob(target, glob.replace("<folder>", dirname(file))),
	);
}

describe("the layout", () => {
	test("lets nobody import outside the arrows", () => {
		const strays = files.flatMap((file) =>
			importsOf(file)
				.filter((target) => !mayImport(file, target))
				.map((target) => `${file} imports ${target}`),
		);
		expect(strays).toEqual([]);
	});

	test("would see a stray", () => {
		expect(importsOf("test/layout.test.ts")).toContain(
			"functions/providers.ts",
		);
		for (const [file, target] of [
			["functions/inbox/decide.ts", "@aws-sdk/client-dynamodb"],
			["functions/inbox/decide.ts", "functions/aws/inbox.ts"],
			["functions/webhook.ts", "@aws-sdk/client-dynamodb"],
			["functions/webhook.ts", "functions/providers/finbox/provider.ts"],
			[
				"functions/providers/finbox/poll.ts",
				"functions/providers/photon/poll.ts",
			],
			["functions/events.ts", "functions/aws/payloads.ts"],
			["infra/stack.ts", "functions/aws/inbox.ts"],
			["local/runner.ts", "functions/inbox/decide.ts"],
			["examples/consumer/handler.ts", "functions/events.ts"],
		] as const)
			expect({ file, target, may: mayImport(file, target) }).toEqual({
				file,
				target,
				may: false,
			});
	});

	test("keeps what decides from clock, environment and output", () => {
		const impure = /process\.|Date\.now|new Date\(\)|console\.|setTimeout/;
		const found = files.filter(
			(file) => matchesGlob(file, pure) && impure.test(codeOf(file)),
		);
		expect(found).toEqual([]);
	});

	test("has nothing about a provider outside its folder", () => {
		const name = new RegExp(`\\b(?:${providerNames.join("|")})\\b`, "i");
		const found = files.filter(
			(file) =>
				/^(functions|infra|local|ops)\//.test(file) &&
				!/^functions\/(providers\/|events\.generated)/.test(file) &&
				name.test(codeOf(file)),
		);
		expect(found).toEqual([]);
	});

	test("has no barrel files", () => {
		const found = files.filter((file) => {
			const code = codeOf(file);
			return (
				/(^|\/)index\.ts$/.test(file) ||
				/^export \* from/m.test(code) ||
				/^(\s*export[^;]*from "[^"]*";)+\s*$/.test(code)
			);
		});
		expect(found).toEqual([]);
	});

	test("names files and folders after what they hold", () => {
		const vague =
			/(^|\/)(src|utils?|helpers?|common|shared|misc|types?|constants?)(\/|\.ts$)/;
		expect(files.filter((file) => vague.test(file))).toEqual([]);
		const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.generated|\.test)?\.ts$/;
		expect(
			files.filter((file) => !kebab.test(file.slice(dirname(file).length + 1))),
		).toEqual([]);
	});

	test("keeps files short", () => {
		const long = files
			.map((file) => ({
				file,
				lines: (text.get(file) ?? "").split("\n").length - 1,
			}))
			.filter(
				({ file, lines }) => lines > (file.startsWith("test/") ? 500 : 260),
			);
		expect(long).toEqual([]);
	});
});
