import { globSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { providerNames } from "../functions/providers.ts";
import { circles, readImports } from "./imports.ts";

const root = join(import.meta.dirname, "..");
const files = globSync(
	"{functions,infra,local,ops,testing,test,examples,bench}/**/*.{ts,tsx}",
	{ cwd: root },
).sort();
const text = new Map(
	files.map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

/** Decides, and knows no SDK, no clock, no environment. */
const pure =
	"functions/{{asking,delivery,inbox,log,polling,proofs,queue}/*,{problem,provider,secret}.ts}";
const calculates = ["zod{,/mini,/v4/core}", "node:{crypto,util,zlib}"];
const entry = [
	"functions/aws/{*,sdk/*,signed/*,watches/*}",
	"functions/log/*",
	"functions/{provider,secret,settings}.ts",
	"aws-lambda",
	"node:*",
];
const cdk = [
	"functions/provider.ts",
	"aws-cdk-lib{,/**}",
	"constructs",
	"node:*",
	"zod",
];
const operates = [
	"ops/trouble.ts",
	"functions/aws/{*,sdk/*,watches/*}",
	pure,
	"functions/{installed,nearest,providers,settings}.ts",
	"@{aws-sdk,smithy}/**",
	"node:*",
	"zod",
];

/** Who may import whom: the first row whose left side fits a file is its row. */
const arrows: readonly [from: string, may: readonly string[]][] = [
	["functions/inbox/*", ["functions/inbox/*", ...calculates]],
	["functions/log/*", ["functions/{log,inbox}/*", ...calculates]],
	[
		"functions/asking/*",
		["functions/asking/*", "functions/inbox/identity.ts", ...calculates],
	],
	["functions/queue/*", ["functions/{queue,inbox}/*", ...calculates]],
	[
		"functions/polling/*",
		[
			"functions/{polling,asking,inbox,log}/*",
			"functions/{problem,provider,secret}.ts",
			...calculates,
		],
	],
	[
		"functions/delivery/*",
		[
			"functions/{delivery,inbox,log,proofs}/*",
			"functions/{problem,provider}.ts",
			...calculates,
		],
	],
	[
		"functions/provider.ts",
		[
			"functions/inbox/{canonical,identity,json-text,observation,watch-request}.ts",
			"functions/polling/poll.ts",
			// what a provider in somebody's own repository is made with
			"functions/proofs/{equals,hmac,proof}.ts",
			"functions/asking/{request,shape}.ts",
			"functions/list-of.ts",
			"zod",
		],
	],
	["functions/{nearest,problem}.ts", []],
	["functions/proofs/*", ["functions/proofs/*", "node:crypto"]],
	["functions/secret.ts", ["functions/nearest.ts", "zod/mini"]],
	["functions/list-of.ts", ["zod/mini"]],
	["functions/installed.ts", ["zod"]],
	[
		"functions/aws/*",
		["functions/aws/*", pure, "@aws-sdk/**", "node:*", "zod"],
	],
	[
		"functions/aws/watches/*",
		[
			"functions/aws/*",
			"<folder>/*",
			pure,
			"@aws-sdk/**",
			"node:*",
			"zod/mini",
		],
	],
	["functions/aws/sdk/*", ["functions/aws/calls.ts", "@aws-sdk/**"]],
	[
		"functions/aws/signed/*",
		["functions/aws/signed/*", "functions/aws/{calls,exchange}.ts", "node:*"],
	],
	["functions/simulator/*", ["functions/simulator/*", "node:*"]],
	[
		"functions/providers/*/simulator.ts",
		["<folder>/*", "functions/simulator/*", "node:*", "zod"],
	],
	[
		"functions/providers/*/*",
		[
			"<folder>/*",
			"functions/{list-of,provider}.ts",
			"functions/inbox/{canonical,identity,json-text,observation,watch-request}.ts",
			"functions/polling/poll.ts",
			"functions/proofs/{equals,hmac}.ts",
			"functions/asking/{request,shape}.ts",
			"node:crypto",
			"zod{,/mini}",
		],
	],
	["functions/events.generated.ts", ["functions/providers/*/provider.ts"]],
	[
		"functions/events.ts",
		[
			"functions/{attributes,events.generated}.ts",
			"functions/inbox/{event,json-text}.ts",
			"zod",
		],
	],
	["functions/providers.ts", ["functions/provider.ts", "node:*"]],
	["functions/settings.ts", ["zod/mini", "zod/v4/locales/en.js"]],
	["functions/attributes.ts", ["zod"]],
	["functions/webhook.ts", ["functions/{delivery,inbox}/*", ...entry]],
	["functions/poll.ts", ["functions/{polling,asking,inbox}/*", ...entry]],
	["functions/forward.ts", ["functions/{queue,inbox}/*", ...entry]],
	["functions/watch.ts", ["functions/{polling,inbox}/*", ...entry]],
	[
		"infra/{function,installation,key,network,props}.ts",
		["infra/{configuration-error,installation,props}.ts", ...cdk],
	],
	[
		"infra/provider/*",
		["infra/provider/*", "infra/{function,installation,key,props}.ts", ...cdk],
	],
	[
		"infra/stack/*",
		[
			"infra/{stack,provider}/*",
			"infra/{function,installation,key,props}.ts",
			"functions/installed.ts",
			...cdk,
		],
	],
	[
		"infra/build/build.ts",
		[
			"infra/build/*",
			"functions/providers.ts",
			"ops/console/page.ts",
			"node:*",
		],
	],
	[
		"infra/build/*",
		[
			"infra/build/*",
			"infra/configuration-error.ts",
			"functions/{attributes,nearest,providers}.ts",
			"ops/commands.ts",
			"ops/command/document.ts",
			"esbuild",
			...cdk,
		],
	],
	[
		"infra/*",
		["infra/**", "functions/{nearest,providers}.ts", "cdk-nag", ...cdk],
	],
	["local/disk/*", ["local/disk/*", "node:*"]],
	["local/lambda/*", ["local/lambda/*", "node:*"]],
	[
		"local/stream/*",
		["local/{stream,lambda,disk}/*", "@aws-sdk/**", "aws-lambda", "node:*"],
	],
	["local/gateway/*", ["local/{gateway,lambda}/*", "aws-lambda", "node:*"]],
	[
		"local/template/*",
		["local/{template,stream,gateway,lambda,disk}/*", "node:*", "zod"],
	],
	[
		"local/engines/*",
		["local/{engines,template}/*", "@aws-sdk/**", "fauxqs", "node:*"],
	],
	[
		"local/start.ts",
		["local/**", "ops/console/open.ts", "ops/installation/find.ts", "node:*"],
	],
	[
		"local/*",
		[
			"local/**",
			"functions/providers.ts",
			"functions/provider.ts",
			"functions/{log/*,installed.ts}",
			"functions/proofs/*",
			"functions/simulator/*",
			// the example and the simulator of a folder that is not the package's
			"infra/build/folder.ts",
			"ops/beside.ts",
			"@aws-sdk/**",
			"node:*",
			"zod",
		],
	],
	["ops/trouble.ts", []],
	["ops/beside.ts", ["node:*"]],
	["ops/commands.ts", ["ops/command/run.ts", "ops/*/*"]],
	["ops/page/*", ["ops/page/*", "ops/console/answers.ts", "preact{,/**}"]],
	[
		"ops/console/*",
		["ops/**", "functions/inbox/*", "@aws-sdk/**", "esbuild", "node:*", "zod"],
	],
	[
		"ops/command/*",
		[
			"ops/command/*",
			"ops/trouble.ts",
			"functions/nearest.ts",
			"node:*",
			"zod",
		],
	],
	[
		"ops/installation/*",
		[
			"ops/installation/*",
			"ops/command/{command,in-batches,merge}.ts",
			...operates,
		],
	],
	[
		"ops/app/*",
		[
			"ops/command/*",
			"ops/{beside,trouble}.ts",
			// loaded late, from beside the command's own bundle
			"infra/build/own-union.ts",
			"node:*",
		],
	],
	[
		"ops/story/*",
		["ops/{story,installation}/*", "ops/dead-letters/letters.ts", ...operates],
	],
	[
		"ops/looking/*",
		["ops/{looking,story,command,installation}/*", ...operates],
	],
	["ops/*/*", ["<folder>/*", "ops/{command,installation}/*", ...operates]],
	["ops/*", ["ops/**", ...operates]],
	[
		"testing/*",
		[
			"testing/*",
			"functions/**",
			"local/engines/*",
			"@aws-sdk/**",
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

const imports = new Map(
	[...text].map(([file, code]) => [
		file,
		readImports(code).map(({ from, names }) => ({
			names,
			target: from.startsWith(".")
				? relative(root, join(root, dirname(file), from))
				: from.replace(/^(node:\w+).*/, "$1"),
		})),
	]),
);

function importsOf(file: string): string[] {
	return (imports.get(file) ?? []).map(({ target }) => target);
}

/** Each circle with the names that tie its files. */
function tiedBy(graph: ReadonlyMap<string, readonly string[]>): string[] {
	return circles(graph).flatMap((group) =>
		group.flatMap((file) =>
			(imports.get(file) ?? [])
				.filter(({ target }) => group.includes(target))
				.map(
					({ target, names }) =>
						`${file} takes ${names.join(", ")} from ${target}`,
				),
		),
	);
}

const sources = files.filter((file) =>
	/^(functions|infra|local|ops|testing)\//.test(file),
);

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
			["functions/aws/inbox.ts", "functions/aws/sdk/dynamodb.ts"],
			["functions/aws/signed/dynamodb.ts", "@aws-sdk/client-dynamodb"],
			["functions/webhook.ts", "functions/providers/finbox/provider.ts"],
			[
				"functions/providers/finbox/poll.ts",
				"functions/providers/photon/poll.ts",
			],
			["functions/events.ts", "functions/aws/payloads.ts"],
			["functions/inbox/record.ts", "functions/delivery/delivery.ts"],
			["functions/inbox/record.ts", "functions/provider.ts"],
			["functions/asking/call.ts", "functions/polling/poll.ts"],
			["functions/asking/call.ts", "functions/inbox/record.ts"],
			["functions/polling/run.ts", "functions/delivery/receive.ts"],
			["functions/queue/forward.ts", "functions/polling/poll.ts"],
			["functions/webhook.ts", "functions/polling/run.ts"],
			["functions/provider.ts", "functions/inbox/record.ts"],
			["infra/provider/resources.ts", "infra/stack/api.ts"],
			["infra/stack.ts", "functions/aws/inbox.ts"],
			["local/runtime.ts", "functions/inbox/decide.ts"],
			["local/lambda/function.ts", "local/stream/mapping.ts"],
			["local/stream/mapping.ts", "local/engines/tables.ts"],
			["examples/consumer/handler.ts", "functions/events.ts"],
		] as const)
			expect({ file, target, may: mayImport(file, target) }).toEqual({
				file,
				target,
				may: false,
			});
	});

	test("lets no file import itself in a circle, types included", () => {
		const graph = new Map(sources.map((file) => [file, importsOf(file)]));
		expect(tiedBy(graph)).toEqual([]);
	});

	test("would see a circle, and names what ties it", () => {
		const graph = new Map([
			["a", ["b", "d"]],
			["b", ["c"]],
			["c", ["a"]],
			["d", ["d"]],
			["e", ["a"]],
		]);
		expect(circles(graph)).toEqual([["d"], ["a", "b", "c"]]);
		const turned = new Map([
			["functions/webhook.ts", ["functions/delivery/receive.ts"]],
			["functions/delivery/receive.ts", ["functions/webhook.ts"]],
		]);
		expect(tiedBy(turned)).toEqual([
			"functions/webhook.ts takes receive, unavailable from functions/delivery/receive.ts",
		]);
	});

	test("holds no more than sixteen source files directly in a folder", () => {
		const folders = Map.groupBy(sources, dirname);
		const full = [...folders]
			.filter(([, held]) => held.length > 16)
			.map(([folder, held]) => `${folder} holds ${held.length} files`);
		expect(full).toEqual([]);
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
				/^(functions|infra|local|ops|testing)\//.test(file) &&
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
		const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.generated|\.test)?\.tsx?$/;
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
