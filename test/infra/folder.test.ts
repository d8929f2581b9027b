import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { afterAll, describe, expect, test } from "vitest";
import { isWrongCredentials } from "../../functions/asking/request.ts";
import { isUnknownShape } from "../../functions/asking/shape.ts";
import { providers } from "../../functions/providers.ts";
import { Billhook, type BillhookProps } from "../../infra/billhook.ts";
import { mistakesIn } from "../../infra/build/declaration.ts";
import { readFolder } from "../../infra/build/folder.ts";
import {
	elsewhere,
	inCommonJs,
	inTypeScript,
} from "../support/provider-folder.ts";
import { ofType, templateOf } from "../support/template.ts";

const somewhere = elsewhere();
afterAll(() => somewhere[Symbol.dispose]());

let made = 0;
/** A folder of its own for these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
	const folder = `providers-${++made}`;
	const inside = Object.entries(files).map(([name, text]) => [
		`${folder}/${name}`,
		text,
	]);
	return join(somewhere.write(Object.fromEntries(inside)), folder);
}

function reason(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("nothing was refused");
}

describe("a provider from a folder", () => {
	test("is found relative to the working directory, absolutely, and by a file: URL", () => {
		const folder = folderOf({ "provider.ts": inTypeScript("acme") });
		const url = pathToFileURL(folder);
		for (const from of [folder, relative("", folder), url, url.href])
			expect(readFolder("acme", from).provider.name).toBe("acme");
	});

	test("may be TypeScript, ESM or CommonJS, and import what tsc or Node would find for it", () => {
		const split = inTypeScript("acme")
			.replace(/^const Paid.*$/m, 'import { Paid } from "./schemas";')
			.replace('"zod"', '"zod/mini"');
		const schemas = `import * as z from "zod/mini";\nexport const Paid = z.looseObject({ id: z.string() });\n`;
		const settings = "z.object({ key: z.optional(z.string()) })";
		const written: Record<string, string>[] = [
			{ "provider.mts": inTypeScript("acme") },
			{
				"provider.ts": split.replace(
					/settings: .*,$/m,
					`settings: ${settings},`,
				),
				"schemas.ts": schemas,
			},
			{
				"provider.js": inTypeScript("acme"),
				"package.json": '{"type":"module"}',
			},
			{
				"provider.js": inCommonJs("acme"),
				"package.json": '{"type":"module"}',
			},
			{ "provider.cjs": inCommonJs("acme") },
			{
				"provider.cjs": inCommonJs("acme").replace(
					"module.exports =",
					"exports.default =",
				),
			},
		];
		for (const files of written) {
			const { provider } = readFolder("acme", folderOf(files));
			expect(
				provider.read({
					json: { id: "1" },
					text: '{"id":"1"}',
					path: {},
					query: {},
					headers: {},
				}),
			).toEqual({
				event: {
					type: "bill.paid",
					subject: "1",
					identity: { kind: "once", key: ["1"] },
				},
			});
		}
	});

	test("throws errors that are known here, though its bundle brings its own copy of them", () => {
		const read =
			'({ query }) => { if (query.of === "shape") expectShape(Paid, 1); throw new WrongCredentials(["key"]); }';
		const text = inTypeScript("acme", { read }).replace(
			"expectShape",
			"expectShape, WrongCredentials",
		);
		const { provider } = readFolder("acme", folderOf({ "provider.ts": text }));
		const thrown = (of: string): unknown => {
			try {
				return provider.read({
					json: 1,
					text: "1",
					path: {},
					query: { of },
					headers: {},
				});
			} catch (error) {
				return error;
			}
		};
		expect(isUnknownShape(thrown("shape"))).toBe(true);
		expect(isWrongCredentials(thrown("shape"))).toBe(false);
		expect(isWrongCredentials(thrown("credentials"))).toBe(true);
	});

	test.each([
		["nothing there", {}, /there is no folder .*from the working directory/],
		["no provider.ts", { "example.ts": "" }, /has no provider\.ts/],
		[
			"no default export",
			{ "provider.ts": "export const name = 1;" },
			/no provider as its default export/,
		],
		[
			"another name",
			{ "provider.ts": inTypeScript("other") },
			/named "other", but is called "acme"/,
		],
		[
			"a name that cannot be one",
			{ "provider.ts": inTypeScript("Under_Score") },
			/name: must be a lower-case letter/,
		],
		[
			"what is not installed",
			{ "provider.ts": 'import "left-pad-of-nobody";' },
			/cannot be bundled:\n +provider\.ts:1: Could not resolve "left-pad-of-nobody"/,
		],
		[
			"a syntax error",
			{ "provider.ts": "export default {" },
			/cannot be bundled:\n +provider\.ts:1: Expected identifier but found end of file/,
		],
		[
			"a module that throws",
			{ "provider.ts": 'import "./inner";', "inner.ts": "null.x;" },
			/throws as it is loaded: TypeError.*\(in inner\.ts\)/,
		],
	])("is refused with a way out where there is %s", (_, files, message) => {
		const folder =
			Object.keys(files).length > 0
				? folderOf(files)
				: join(somewhere.path, "nowhere");
		expect(reason(() => readFolder("acme", folder))).toMatch(message);
	});

	test.each([
		[
			"a field that is missing",
			{ answer: "undefined" },
			/answer: Invalid input: expected record/,
		],
		[
			"a misspelt field",
			{ handshakes: "() => 'x'" },
			/handshakes: there is no such field; is handshake meant\?/,
		],
		[
			"settings that are no object",
			{ settings: "z.string()" },
			/settings: must be made with z\.object of zod 4/,
		],
		[
			"a schema that is none",
			{ events: '{ "bill.paid": {} }' },
			/events\.bill\.paid: must be a schema of zod 4/,
		],
		[
			"a header with capitals",
			{ headers: '["X-Id"]' },
			/headers\.0: must be in lower case/,
		],
		["a poll without a budget", { poll: "{}" }, /poll\.budget: /],
	])("is refused, in JavaScript too, for %s", (_, other, message) => {
		const folder = folderOf({ "provider.ts": inTypeScript("acme", other) });
		expect(reason(() => readFolder("acme", folder))).toMatch(message);
	});

	test.each(providers)("may say all that $name does", (provider) => {
		expect(mistakesIn(provider)).toEqual([]);
	});
});

describe("an installation with a provider from a folder", () => {
	const [builtIn] = providers;
	const outdir = join(somewhere.path, "cdk.out");
	const of = (providers: BillhookProps["providers"], out = outdir) => {
		const stack = new Stack(new App({ outdir: out }), "Mine");
		new Billhook(stack, "Inbox", { stage: "dev", providers });
		return templateOf(stack);
	};
	const module = folderOf({ "provider.ts": inTypeScript("acme") });
	const old = folderOf({ "provider.js": inCommonJs("oldfashioned") });
	const template = of({ acme: { from: module }, oldfashioned: { from: old } });

	test("has its routes, secrets, tables, queues and functions", () => {
		const routes = ofType(template, "AWS::ApiGatewayV2::Route").map(
			([, { Properties }]) => Properties.RouteKey,
		);
		expect(routes).toContain("ANY /hooks/acme/{token}");
		expect(routes).toContain("ANY /hooks/oldfashioned/{token}");
		for (const type of [
			"AWS::SecretsManager::Secret",
			"AWS::DynamoDB::GlobalTable",
			"AWS::Lambda::EventSourceMapping",
		])
			expect(ofType(template, type)).toHaveLength(2);
	});

	test("runs the folder's bundle, and nothing of it lies in what is deployed for others", () => {
		const environment = {
			BILLHOOK_STAGE: "dev",
			BILLHOOK_INBOX: "table",
			BILLHOOK_BUCKET: "bucket",
			BILLHOOK_SECRET: "secret",
			BILLHOOK_SETTINGS_SECONDS: "0",
			BILLHOOK_SUBJECT_KEY: "key",
			BILLHOOK_RETENTION_DAYS: "400",
		};
		Object.assign(process.env, environment, { AWS_REGION: "us-east-1" });
		for (const [name, other] of [
			["acme", "oldfashioned"],
			["oldfashioned", "acme"],
		]) {
			const file = join(outdir, "bundles", `webhook-${name}`, "index.js");
			const text = readFileSync(file, "utf8");
			expect(text).toContain(`https://${name}.example/webhooks`);
			expect(text).not.toContain(`https://${other}.example/webhooks`);
			expect(typeof createRequire(file)(file).handler).toBe("function");
		}
		expect(readdirSync(join(outdir, "bundles")).sort()).toEqual([
			"forward",
			"webhook-acme",
			"webhook-oldfashioned",
		]);
	});

	test("is made anew where the folder has changed, in the same process", () => {
		const name = "changing";
		const first = folderOf({ "provider.ts": inTypeScript(name) });
		of({ [name]: { from: first } });
		const second = inTypeScript(name, {
			documentation: '"https://moved.example"',
		});
		somewhere.write({
			[`${relative(somewhere.path, first)}/provider.ts`]: second,
		});
		of({ [name]: { from: first } });
		const text = readFileSync(
			join(outdir, "bundles", `webhook-${name}`, "index.js"),
			"utf8",
		);
		expect(text).toContain("https://moved.example");
	});

	test("names both where its name is taken, and a way out where a name is unknown", () => {
		const name = builtIn?.name ?? "";
		const taken = reason(() => of({ [name]: { from: module } }));
		expect(taken).toContain(
			`"${name}" of ${module} is also the name of a provider that comes with Billhook, "${name}" (${builtIn?.documentation})`,
		);
		expect(reason(() => of({ acme: {} }))).toContain(
			'from: "./providers/acme"',
		);
	});

	test("says of all folders at once what is wrong", () => {
		const nowhere = { from: "./no-such-folder" };
		const empty = { from: folderOf({ "README.md": "" }) };
		const both = reason(() => of({ acme: nowhere, second: empty }));
		expect(both).toMatch(/there is no folder .*no-such-folder/);
		expect(both).toContain("has no provider.ts");
	});
});
