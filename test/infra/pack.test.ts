import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerNames } from "../../functions/providers.ts";
import { inCommonJs, inTypeScript } from "../support/provider-folder.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const ours = join(root, "node_modules");
const project = mkdtempSync(join(tmpdir(), "billhook-pack-"));
const theirs = join(project, "node_modules");
const billhook = join(theirs, "billhook/dist/ops/main.cjs");

// an npm that runs this test hands its own settings down
const env = Object.fromEntries(
	Object.entries(process.env).filter(
		([name]) => !/^(npm_|NODE_PATH$|VITEST)/i.test(name),
	),
);

async function npm(cwd: string, ...words: string[]): Promise<void> {
	const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
	await run("npm", [...words, ...quiet], { cwd, env });
}

function write(file: string, text: string): string {
	writeFileSync(join(project, file), text);
	return file;
}

/** What a file of the project prints, as JSON. */
async function print(file: string, text: string): Promise<unknown> {
	const { stdout } = await run(process.execPath, [write(file, text)], {
		cwd: project,
		env,
	});
	return JSON.parse(stdout);
}

/** What the compiler says of a file of the project. */
async function compile(file: string, compilerOptions: object = {}) {
	const options = { strict: true, noEmit: true, module: "nodenext" };
	const config = write(
		`tsconfig.${file.replaceAll("/", ".")}.json`,
		JSON.stringify({
			compilerOptions: { ...options, types: [], ...compilerOptions },
			files: [file],
		}),
	);
	const tsc = join(ours, "typescript/bin/tsc");
	const { stdout } = await run(process.execPath, [tsc, "-p", config], {
		cwd: project,
		env,
	}).catch((error) => error);
	return stdout;
}

function link(name: string): void {
	mkdirSync(dirname(join(theirs, name)), { recursive: true });
	symlinkSync(join(ours, name), join(theirs, name));
}

const lenient = { types: ["node"], skipLibCheck: true };

const message = JSON.stringify({
	specversion: "1.0",
	id: "1",
	source: "/providers/finbox",
	type: "finbox.extraction.completed",
	subject: "entity",
	time: "2026-11-21T12:00:00.000Z",
	datacontenttype: "application/json",
	dataschema: "urn:billhook:schema:finbox.extraction.completed",
	recordedtime: "2026-11-21T12:00:00.000Z",
	partitionkey: "0123",
	via: "webhook",
	data: {
		entity_id: "entity",
		statement_id: "statement",
		link_id: null,
		progress: "completed",
		reason: "",
	},
});

beforeAll(async () => {
	await npm(root, "pack", "--pack-destination", project);
	// the same zod as ours, so that nothing is asked of a registry
	await npm(project, "pack", join(ours, "zod"), "--ignore-scripts");
	const tarballs = readdirSync(project).map((name) => `./${name}`);
	write("package.json", JSON.stringify({ name: "empty", private: true }));
	await npm(project, "install", "--offline", ...tarballs);
});
afterAll(() => rmSync(project, { recursive: true }));

test("installs zod beside itself, and nothing else", () => {
	const installed = readdirSync(theirs).filter((name) => !name.startsWith("."));
	expect(installed).toEqual(["billhook", "zod"]);
	const manifest = JSON.parse(
		readFileSync(join(theirs, "billhook/package.json"), "utf8"),
	);
	expect(manifest.dependencies).toBeUndefined();
	expect(manifest.optionalDependencies).toBeUndefined();
	const optional = Object.keys(manifest.peerDependenciesMeta);
	expect(
		Object.keys(manifest.peerDependencies).filter(
			(name) => !optional.includes(name),
		),
	).toEqual(["zod"]);
});

test("ships no source that would need types stripped", () => {
	const files = readdirSync(join(theirs, "billhook"), { recursive: true });
	const sources = files.filter((file) => /(?<!\.d)\.ts$/.test(String(file)));
	expect(sources).toEqual([]);
});

const parsing = `
const event = parse(${JSON.stringify(message)});
if (event.type !== "finbox.extraction.completed" || !event.data)
	throw new Error(event.type);
console.log(JSON.stringify(event.data.entity_id));
`;

test("parses a message in JavaScript, imported or required", async () => {
	const imported = `import { parse } from "billhook/events";${parsing}`;
	expect(await print("parse.mjs", imported)).toBe("entity");
	const required = `const { parse } = require("billhook/events");${parsing}`;
	expect(await print("parse.cjs", required)).toBe("entity");
});

test("is bundled into a consumer's function", async () => {
	buildSync({
		entryPoints: [join(project, "parse.mjs")],
		outfile: join(project, "bundled.cjs"),
		bundle: true,
		platform: "node",
		logLevel: "error",
	});
	const { stdout } = await run(process.execPath, ["bundled.cjs"], {
		cwd: project,
		env,
	});
	expect(JSON.parse(stdout)).toBe("entity");
});

test("parses a message in TypeScript, with types of its own", async () => {
	const text = `import { parse } from "billhook/events";${parsing}`;
	expect(await print("parse.mts", text)).toBe("entity");
	link("@types/node");
	link("undici-types");
	const strictest = { types: ["node"], skipLibCheck: false };
	expect(await compile("parse.mts", strictest)).toBe("");
	write("wrong.mts", `${text}\nconst wrong: number = event.data.entity_id;`);
	expect(await compile("wrong.mts", strictest)).toMatch(/TS2322/);
});

test("hands out the schemas it was built with", async () => {
	const text = `
import { createRequire } from "node:module";
const { $id } = createRequire(import.meta.url)("billhook/schemas/finbox.extraction.completed.json");
console.log(JSON.stringify($id));
`;
	expect(await print("schema.mjs", text)).toBe(
		"urn:billhook:event:finbox.extraction.completed",
	);
});

test("compiles the example consumer", async () => {
	for (const name of ["aws-cdk-lib", "constructs"]) link(name);
	for (const name of readdirSync(join(ours, "@aws-lambda-powertools")))
		link(`@aws-lambda-powertools/${name}`);
	for (const name of ["@aws-sdk/client-dynamodb", "@aws-sdk/client-s3"])
		link(name);
	link("@types/aws-lambda");
	cpSync(join(root, "examples/consumer"), join(project, "consumer"), {
		recursive: true,
	});
	write("consumer/package.json", JSON.stringify({ type: "module" }));
	expect(await compile("consumer/handler.ts", lenient)).toBe("");
	expect(await compile("consumer/consumer.ts", lenient)).toBe("");
});

test("synthesizes the construct from the bundles it carries, without a bundler", async () => {
	const bundles = join(theirs, "billhook/dist/bundles");
	const carried = readdirSync(bundles).map((name) =>
		readFileSync(join(bundles, name, "index.js"), "utf8"),
	);
	const named = (library: string, ...names: string[]) =>
		`import { ${names.join(", ")} } from "${library}";`;
	const imports = `${named("aws-cdk-lib", "App", "Stack")}${named("billhook", "Billhook")}`;
	const requires = imports.replaceAll(
		/import (\{.*?\}) from (".*?");/g,
		"const $1 = require($2);",
	);
	const sources = {
		"synth.mjs": `${imports}${synthesis("mjs")}`,
		"synth.cjs": `${requires}${synthesis("cjs", providerNames[0])}`,
		"synth.mts": `${imports}${synthesis("mts", providerNames[0])}`,
	};
	await Promise.all(
		Object.entries(sources).map(async ([file, text]) => {
			const codes = (await print(file, text)) as string[];
			expect(codes.length).toBeGreaterThan(1);
			for (const code of codes)
				expect(carried).toContain(readFileSync(join(project, code), "utf8"));
		}),
	);
	expect(await compile("synth.mts", lenient)).toBe("");
});

test("synthesizes a bank's installation beside another, in a Stage and another region, with all that is a construct", async () => {
	const text = `
import { App, Duration, Stack, Stage } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code, Function, Runtime } from "aws-cdk-lib/aws-lambda";
import { Billhook } from "billhook";

const app = new App({ outdir: "bank" });
new Billhook(new Stack(app, "Mine"), "Billhook", { stage: "dev", providers: { marosa: {} } });
const production = new Stage(app, "Production", { env: { account: "111122223333", region: "eu-central-1" } });
const stack = new Stack(production, "Bank");
const arn = "arn:aws:acm:eu-central-1:111122223333:certificate/1";
const inbox = new Billhook(stack, "Inbox", {
	providers: { finbox: { pollEvery: Duration.minutes(10), throttle: { rateLimit: 50, burstLimit: 25 } } },
	domain: { name: "hooks.example.com", certificate: Certificate.fromCertificateArn(stack, "Certificate", arn) },
	encryptionKey: new Key(stack, "Key"),
	vpc: new Vpc(stack, "Vpc"),
});
const consumer = new Function(stack, "Consumer", {
	runtime: Runtime.NODEJS_24_X,
	handler: "index.handler",
	code: Code.fromInline("exports.handler = async () => {};"),
});
inbox.onEvent("finbox", consumer);
inbox.grantWatch("finbox", new Role(stack, "Caller", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }));
inbox.provider("finbox").metricForwarded({ period: Duration.hours(1) }).createAlarm(stack, "Quiet", { threshold: 1, evaluationPeriods: 1 });
const assembly = app.synth();
const typesOf = ({ template }: { template: { Resources: Record<string, { Type: string }> } }) =>
	Object.values(template.Resources).map(({ Type }) => Type);
console.log(JSON.stringify({
	mine: typesOf(assembly.getStackByName("Mine")),
	bank: typesOf(assembly.getNestedAssembly("assembly-Production").stacks[0]!),
}));
`;
	const { mine, bank } = (await print("bank.mts", text)) as {
		mine: string[];
		bank: string[];
	};
	const tables = (types: string[]) =>
		types.filter((type) => type === "AWS::DynamoDB::GlobalTable").length;
	expect([tables(mine), tables(bank)]).toEqual([2, 2]);
	expect(mine).not.toContain("AWS::ApiGatewayV2::DomainName");
	expect(bank).toContain("AWS::ApiGatewayV2::DomainName");
	expect(await compile("bank.mts", lenient)).toBe("");
});

// the page's own way, on the project in which it is packed and installed
const page = readFileSync(join(root, "docs/your-own-provider.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
	([, language = "", text = ""]) => ({ language, text }),
);

const commands = [
	"npx billhook start",
	"npx billhook generate --providers ./providers --out ./events.ts",
];

describe("a provider from the project's own folder", () => {
	beforeAll(() => {
		for (const name of ["acme", "oldfashioned"])
			mkdirSync(join(project, "providers", name), { recursive: true });
		write("providers/package.json", JSON.stringify({ type: "module" }));
		for (const { language, text } of blocks) {
			const [, path] = /^\/\/ (\S+)\n/.exec(text) ?? [];
			if (language === "ts" && path) write(path, text);
		}
		const polled = inCommonJs("oldfashioned", { poll: watched });
		write("providers/oldfashioned/provider.cjs", polled);
		write("cdk.json", JSON.stringify({ app: "node app.ts" }));
		const app = readFileSync(join(project, "app.ts"), "utf8");
		const more = 'oldfashioned: { from: "./providers/oldfashioned" }';
		write(
			"app.ts",
			`${app.replace("finbox: {}", `finbox: {}, ${more}`)}\nnew Stack(app, "other");`,
		);
	});

	test("has its whole page tried here", () => {
		const { peerDependencies, devDependencies } = JSON.parse(
			readFileSync(join(root, "package.json"), "utf8"),
		);
		const known = { ...devDependencies, ...peerDependencies };
		for (const { language, text } of blocks) {
			if (language === "ts") expect(text).toMatch(/^\/\/ \S+\.ts\n/);
			else
				for (const line of text.trim().split("\n")) {
					const [, install] = /^npm install (.*)$/.exec(line) ?? [];
					if (!install) expect(commands).toContain(line);
					for (const word of install?.split(" ") ?? []) {
						if (/^(--save-dev|billhook|@dynoxide\/linux-x64)$/.test(word))
							continue;
						const [name = "", version] = word.split("@");
						expect(known, word).toHaveProperty(name, version ?? known[name]);
					}
				}
		}
	});

	test("asks for the bundler that it needs", async () => {
		const failed = await run(process.execPath, ["app.ts"], {
			cwd: project,
			env,
		}).catch((error) => error.stderr);
		expect(failed).toContain("npm install --save-dev esbuild");
	});

	test("says which engine is missing, and keeps the contract where one is", async () => {
		const suite = ["--test", "providers/acme/contract.test.ts"];
		const tested = (environment: object) =>
			run(process.execPath, suite, {
				cwd: project,
				env: { ...env, ...environment },
			}).catch((error) => error);
		const none = await tested({ PATH: "" });
		expect(none.stdout).toContain("No DynamoDB engine");
		link("@dynoxide");
		const { stdout } = await tested({});
		expect(stdout).toMatch(/^. pass \d\d$/m);
		expect(stdout).toMatch(/^. fail 0$/m);
	});

	test("runs on this machine in functions of its own, in TypeScript and in CommonJS", async () => {
		for (const name of ["esbuild", "@esbuild", "fauxqs"]) link(name);
		const data = join(project, "data");
		const child = spawn(process.execPath, [billhook, "start"], {
			cwd: project,
			env: { ...env, BILLHOOK_DATA: data, BILLHOOK_PORT: "0" },
			stdio: ["ignore", "pipe", "inherit"],
		});
		const ended = once(child, "exit");
		try {
			const told: string[] = [];
			const seen = Promise.withResolvers<void>();
			createInterface(child.stdout).on("line", async (line) => {
				told.push(line);
				if (/^oldfashioned +forwarded/.test(line)) seen.resolve();
				if (!/try it .*\/hooks\/acme/.test(line)) return;
				const local = JSON.parse(
					readFileSync(join(data, "local.json"), "utf8"),
				);
				for (const name of ["acme", "oldfashioned"]) {
					const { status } = await fetch(local.providers[name].webhook, {
						method: "POST",
						body: '{"event":"bill.paid","id":"bill-1","amount":1,"at":"2026-01-31T10:00:00Z"}',
						headers: { "content-type": "application/json" },
					});
					expect(status).toBe(200);
				}
			});
			await Promise.race([seen.promise, ended]);
			expect(told.join("\n")).toMatch(/acme +accepted +acme\.bill\.paid/);
		} finally {
			child.kill("SIGTERM");
			await ended;
		}
		const code = (name: string) =>
			readFileSync(join(data, "cdk.out/bundles", name, "index.js"), "utf8");
		for (const name of ["webhook-acme", "watch"])
			expect(code(name)).toContain("https://acme.example/docs/webhooks");
		for (const name of ["webhook-oldfashioned", "poll-oldfashioned", "watch"])
			expect(code(name)).toContain("https://oldfashioned.example/webhooks");
		expect(readdirSync(join(data, "cdk.out/bundles")).sort()).toEqual([
			"poll-oldfashioned",
			"watch",
			"webhook-acme",
			"webhook-oldfashioned",
		]);
	});

	test("is typed as it is here, and so are its events: what is misspelt is found, and nothing else", async () => {
		for (const out of ["events.ts", "own-events.mjs"])
			await run(process.execPath, [billhook, "generate", "--out", out], {
				cwd: project,
				env,
			});
		const paid = {
			...JSON.parse(message),
			type: "acme.bill.paid",
			data: {
				event: "bill.paid",
				id: "b-1",
				amount: 1,
				at: "2026-01-31T10:00:00Z",
			},
		};
		const reading = `
const event = parse(${JSON.stringify(JSON.stringify(paid))});
if (event.type !== "acme.bill.paid" || !event.data) throw new Error(event.type);
console.log(JSON.stringify(event.data.id));
`;
		const javascript = `import { parse } from "./own-events.mjs";${reading}`;
		expect(await print("own-consumer.mjs", javascript)).toBe("b-1");
		const wrong = inTypeScript("acme").replace("subject: id", "subjekt: id");
		write("providers/acme/wrong.ts", wrong);
		write(
			"wrong-consumer.mts",
			`import "./providers/acme/wrong.ts"; import "./providers/acme/contract.test.ts"; import "./consumer.ts"; import { parse, type OwnEvent } from "./events.ts";${reading}
const misspelt: unknown = event.data.ide;
const other: OwnEvent["type"] = "finbox.extraction.completed";
`,
		);
		const said = await compile("wrong-consumer.mts", {
			types: ["node"],
			skipLibCheck: false,
			allowImportingTsExtensions: true,
			allowJs: true,
		});
		expect(said).toMatch(/^providers\/acme\/wrong\.ts.*subjekt/m);
		expect(said).toMatch(/^wrong-consumer\.mts\(\d+.*'ide' does not exist/m);
		expect(said).toMatch(/^wrong-consumer\.mts\(\d+.*"finbox/m);
		expect(said).not.toMatch(
			/^(?!providers\/acme\/wrong\.ts|wrong-consumer\.mts|\s)./m,
		);
	});
});

const watched = `{
	settings: z.object({ apiKey: z.string().optional() }),
	everyMinutes: 5,
	brings: { "bill.paid": [] },
	budget: { requests: 30, seconds: 60 },
	url: () => "https://api.acme.example",
	requests: { bill: "GET /bills/{id}" },
	needs: ["apiKey"],
	watches: {
		kinds: ["bill"],
		subject: z.string(),
		firstSeconds: 60,
		longestSeconds: 3600,
		async *ask({ subject }, { call }) {
			const { json, sentAt } = await call("bill", { path: { id: subject } });
			const { id } = expectShape(Paid, json);
			const paid = { type: "bill.paid", subject: id, identity: once(id) };
			yield { sightings: [{ observations: [paid], observedAt: sentAt }] };
			return "finished";
		},
	},
}`;

/** Prints where the code of each function lies. */
function synthesis(outdir: string, provider?: string): string {
	const chosen = provider ? `{ ${provider}: {} }` : "undefined";
	return `
const app = new App({ outdir: "${outdir}" });
new Billhook(new Stack(app, "Mine"), "Billhook", { stage: "dev", providers: ${chosen} });
const { Resources } = app.synth().getStackByName("Mine").template;
const codes = Object.keys(Resources)
	.map((id) => Resources[id])
	.filter(({ Type }) => Type === "AWS::Lambda::Function")
	.map(({ Properties }) => "${outdir}/asset." + Properties.Code.S3Key.replace(".zip", "/index.js"));
console.log(JSON.stringify(codes));
`;
}
