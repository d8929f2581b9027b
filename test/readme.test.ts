import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { openDocument, shell } from "./support/document.ts";
import { temporaryFolder } from "./support/local-app.ts";
import { pasteProvider } from "./support/pasted.ts";
import { copyProject } from "./support/project.ts";

const root = join(import.meta.dirname, "..");
const { text: readme, block, untried } = openDocument("README.md");

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
// one copy of the project, one synthesis and one start serve all that is tried here
const project = copyProject(join(folder.path, "project"));
const data = join(folder.path, ".billhook");
const assembly = join(data, "cdk.out");

test("the code it shows is whole: it fits its types, a sixth provider's and an app's", async () => {
	const pasted = pasteProvider(project);
	expect(pasted.map((path) => block(`// ${path}\n`))).toHaveLength(2);
	const consumer = block("billhook/events");
	const consumers = openDocument("docs/consumers.md");
	mkdirSync(join(project, "examples/queue"));
	for (const name of ["fetch-body", "worker", "handler", "pass-on"])
		writeFileSync(
			join(project, `examples/queue/${name}.ts`),
			consumers.block(`// ${name}.ts`),
		);
	writeFileSync(join(project, "functions/stack.ts"), block("new Billhook("));
	writeFileSync(join(project, "functions/consumer.ts"), consumer);
	await shell("npm run generate && tsc", project);
	const [provider = ""] = pasted.map(dirname);
	// as `npm run check` would: what was pasted, and what was generated of it
	await shell(
		`biome check ${provider} functions/events.generated.ts schemas`,
		project,
	);
});

test("the first command starts it, its curl is accepted and shown as it moves, and a lost webhook comes back by polling", async () => {
	const start = block("npm start").replace("npm ci && ", "");
	const curl = block("curl -i");
	const child = spawn("bash", ["-c", `exec ${start}`], {
		cwd: project,
		env: { ...process.env, BILLHOOK_PORT: "0", BILLHOOK_DATA: data },
		stdio: ["ignore", "pipe", "inherit"],
	});
	const lines: string[] = [];
	const reader = createInterface(child.stdout);
	const seen = async (pattern: RegExp) => {
		while (!lines.some((line) => pattern.test(line)))
			lines.push(String((await once(reader, "line"))[0]));
	};
	reader.on("line", (line) => lines.push(line));
	try {
		await seen(/ready after/);
		await seen(/photon/);
		const first = await shell(curl, folder.path);
		expect(first.stdout).toMatch(/200 OK[\s\S]*billhook-outcome: accepted/);
		const again = await shell(curl, folder.path);
		expect(again.stdout).toMatch(/200 OK[\s\S]*billhook-outcome: duplicate/);
		const watch = await shell(block("/watches/finbox"), folder.path);
		expect(JSON.parse(watch.stdout)).toMatchObject({ subject: "link-1" });
		const lost = await shell(block("_control/pay"), folder.path);
		expect(lost.stdout).toMatch(/"recovered":1,/);
		for (const line of block("finbox      accepted").trim().split("\n"))
			await seen(new RegExp(line.replace(/\S+$/, "\\S+").replace(/ +/g, " +")));
	} finally {
		child.kill("SIGTERM");
		await once(child, "exit");
	}
});

const { scripts, engines, devDependencies } = JSON.parse(
	readFileSync(join(root, "package.json"), "utf8"),
);

test("the Node it asks for is the one that npm checks, and the one it brings is the one that npm installs", () => {
	const [, asked, brought] =
		/^Node (\S+) or later and npm .* the Node (\d+) that/m.exec(readme) ?? [];
	expect(engines).toEqual({ node: `>=${asked}` });
	expect(devDependencies.node).toMatch(`${brought}.`);
});

test("the test command is what the gate runs", () => {
	expect(block("npm test")).toBe("npm ci && npm test\n");
	expect(scripts.test).toBe("vitest run");
	expect(readFileSync(join(root, ".ci/run"), "utf8")).toMatch(
		/^npm ci.*^npm test/ms,
	);
});

test("a sixth provider is one folder: it has resources of its own", () => {
	const template = JSON.parse(
		readFileSync(join(assembly, "billhook-local.template.json"), "utf8"),
	);
	const resources = Object.entries<{
		Type: string;
		Properties?: Record<string, unknown>;
	}>(template.Resources);
	const acme = resources
		.filter(([id, { Properties }]) =>
			/acme/.test(id + JSON.stringify(Properties?.RouteKey ?? "")),
		)
		.map(([, { Type }]) => Type);
	for (const type of [
		"AWS::ApiGatewayV2::Route",
		"AWS::SecretsManager::Secret",
		"AWS::Lambda::Function",
		"AWS::Lambda::EventSourceMapping",
		"AWS::DynamoDB::GlobalTable",
		"AWS::SQS::Queue",
		"AWS::CloudWatch::Alarm",
	])
		expect(acme).toContain(type);
});

test("a sixth provider passes the contract suite, and turns no test red", async () => {
	const output = join(folder.path, "report.json");
	const files =
		"test/providers/contract test/providers/providers test/infra/stack test/infra/secrets test/infra/schemas";
	await shell(
		`vitest run ${files} --reporter=json --outputFile=${output}`,
		project,
	);
	const { testResults } = JSON.parse(readFileSync(output, "utf8")) as {
		testResults: { assertionResults: { ancestorTitles: string[] }[] }[];
	};
	const contract = testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ ancestorTitles }) => ancestorTitles.includes("acme"));
	expect(contract.length).toBeGreaterThan(5);
});

test("the deploy commands lack nothing but an account", async () => {
	const [bootstrap, deploy, urls] = block("npx cdk deploy").trim().split("\n");
	const nobody = {
		AWS_EC2_METADATA_DISABLED: "true",
		AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
		AWS_CONFIG_FILE: "/dev/null",
		AWS_REGION: "eu-west-1",
		CI: "true",
	};
	const complaint = async (command = "") => {
		// synthesized above already
		const words = command.startsWith("npx cdk")
			? `${command} --app ${assembly}`
			: command;
		const failed = await shell(words, root, nobody).catch((error) => error);
		expect(failed, command).toHaveProperty("code", 1);
		return failed.stderr + failed.stdout;
	};
	expect(await complaint(bootstrap)).toMatch(/credentials|account/i);
	expect(await complaint(deploy)).toMatch(/credentials|account/i);
	expect(await complaint(urls)).toMatch(/credentials/i);
});

test("the construct stands in an app of one's own", async () => {
	const { Billhook } = await import("../infra/billhook.ts");
	const { App, Stack } = await import("aws-cdk-lib");
	const { Role, ServicePrincipal } = await import("aws-cdk-lib/aws-iam");
	const { Template } = await import("aws-cdk-lib/assertions");
	const text = block("new Billhook(").replace(/^import .*\n/gm, "");
	const build = new Function(
		...["Billhook", "App", "Stack", "Role", "ServicePrincipal"],
		`${text}; return stack;`,
	);
	const stack = build(Billhook, App, Stack, Role, ServicePrincipal);
	Template.fromStack(stack).resourcePropertiesCountIs(
		"AWS::ApiGatewayV2::Route",
		{ RouteKey: "ANY /hooks/finbox/{token}" },
		1,
	);
});

test("the consumer reads a message", async () => {
	const events = join(root, "functions/events.ts");
	const path = join(folder.path, "consumer.mts");
	const text = block("billhook/events").replace("billhook/events", events);
	writeFileSync(path, text);
	const { handle } = await import(path);
	const data = {
		entity_id: "e-1",
		statement_id: "s-1",
		link_id: null,
		progress: "completed",
		reason: "",
	};
	const time = "2026-11-21T12:00:00.000Z";
	const message = {
		specversion: "1.0",
		id: "1",
		source: "/providers/finbox",
		type: "finbox.extraction.completed",
		subject: "e-1",
		time,
		datacontenttype: "application/json",
		dataschema: "urn:billhook:schema:finbox.extraction.completed",
		recordedtime: time,
		partitionkey: "0123",
		via: "webhook",
		data,
	};
	expect(await handle(JSON.stringify(message))).toBe("statement s-1 is ready");
});

test("no block goes untested, and the page stays short", () => {
	block("provider ── POST");
	expect(untried()).toEqual([]);
	expect(readme.split("\n").length).toBeLessThan(250);
});
