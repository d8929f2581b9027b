import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { copyProject } from "../support/project.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const project = copyProject(join(folder.path, "project"));
const out = join(folder.path, "cdk.out");

// the app as `npx cdk deploy` runs it, where nothing but this machine can be reached
const cutOff = `data:text/javascript,${encodeURIComponent(`
	import { Socket } from "node:net";
	Socket.prototype.connect = () => { throw new Error("no network here"); };
`)}`;
execFileSync(process.execPath, ["--import", cutOff, "infra/app.ts"], {
	cwd: project,
	env: {
		PATH: "",
		CDK_OUTDIR: out,
		CDK_CONTEXT_JSON: JSON.stringify({ stage: "dev" }),
		CDK_VALIDATION: "false",
	},
});

const bundles = join(out, "bundles");
const code = (name: string) =>
	readFileSync(join(bundles, name, "index.js"), "utf8");

describe("a synthesis", () => {
	test("needs no network, no Docker and no program but Node", () => {
		expect(existsSync(join(out, "billhook-dev.template.json"))).toBe(true);
	});

	test("makes a bundle for each function, and shares what has no provider in it", () => {
		const expected = usualProviders.flatMap(({ name, poll }) => [
			`webhook-${name}`,
			...(poll ? [`poll-${name}`] : []),
		]);
		const shared = usualProviders.some(({ poll }) => poll?.watches)
			? ["forward", "watch"]
			: ["forward"];
		expect(readdirSync(bundles).sort()).toEqual(
			[...expected, ...shared].sort(),
		);
	});

	test("deploys code alone: a map stays here", () => {
		const assets = readdirSync(out).filter((name) => name.startsWith("asset."));
		for (const asset of assets)
			for (const file of readdirSync(join(out, asset)))
				expect(file).toMatch(/\.js$/);
		expect(readdirSync(join(bundles, "forward")).sort()).toEqual([
			"index.js",
			"index.js.map",
		]);
	});
});

describe("a bundle", () => {
	test.each(usualProviders)("of $name holds no other provider", ({ name }) => {
		const text = code(`webhook-${name}`);
		const others = usualProviders.filter((other) => other.name !== name);
		expect(text).toContain(
			usualProviders.find((own) => own.name === name)?.documentation,
		);
		for (const { documentation } of others)
			expect(text).not.toContain(documentation);
	});

	// one import of a whole namespace, and the languages of every error message come along
	test.each(usualProviders)(
		"of $name holds no more of zod than it uses",
		({ name }) => {
			expect(code(`webhook-${name}`)).not.toContain("Entrada inv");
		},
	);

	test("is minified CommonJS whose handler Lambda finds", () => {
		const script = `
			const { handler } = require(${JSON.stringify(join(bundles, "forward", "index.js"))});
			console.log(typeof handler);
		`;
		const answer = execFileSync(process.execPath, ["-e", script], {
			encoding: "utf8",
			env: {
				AWS_REGION: "eu-west-1",
				BILLHOOK_STAGE: "dev",
				BILLHOOK_SUBJECT_KEY: "key",
				BILLHOOK_PROVIDER: usualProviders[0]?.name,
				BILLHOOK_QUEUE: "https://sqs.eu-west-1.amazonaws.com/1/queue.fifo",
				BILLHOOK_BUCKET: "bucket",
			},
		});
		expect(answer.trim()).toBe("function");
		const text = code("forward");
		expect(text.split("\n").length).toBeLessThan(text.length / 1000);
	});
});
