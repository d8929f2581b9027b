import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { providerNames } from "../../functions/providers.ts";
import { runBillhook } from "../../ops/command/run.ts";
import { commands } from "../../ops/commands.ts";
import {
	elsewhere,
	inCommonJs,
	inTypeScript,
} from "../support/provider-folder.ts";

const somewhere = elsewhere();
afterAll(() => somewhere[Symbol.dispose]());
const project = somewhere.write({
	"providers/acme-bank/provider.ts": inTypeScript("acme-bank"),
	"providers/new/provider.js": inCommonJs("new"),
	"providers/shared/zones.ts": "export const zone = 'UTC';",
});

const generate = (...words: string[]) =>
	run("--providers", join(project, "providers"), ...words);

const written = (name: string) => readFileSync(join(project, name), "utf8");

test("writes a union of the providers in a folder, says which, and writes it once", async () => {
	const out = join(project, "events.ts");
	const first = await generate("--out", out);
	expect(first.code).toBe(0);
	expect(first.said).toContain(
		"acme-bank.bill.paid, acme-bank.unrecognized, new.bill.paid, new.unrecognized",
	);
	expect(first.said).toContain("Left out shared");
	expect(written("events.ts")).toContain(
		'import acmeBankProvider from "./providers/acme-bank/provider.ts";',
	);
	expect(written("events.ts")).toContain(
		'"new.bill.paid": newProvider.events["bill.paid"]',
	);
	expect(await generate("--out", out, "--check")).toMatchObject({ code: 0 });
});

test("fails a check, and writes nothing, where a provider has changed", async () => {
	const out = join(project, "checked.ts");
	expect(await generate("--out", out, "--check")).toMatchObject({
		code: 1,
		said: expect.stringContaining("is out of date"),
	});
	expect(() => written("checked.ts")).toThrow(/ENOENT/);
});

test.each([
	["nothing compiled", {}, "events.ts", "/provider.ts"],
	[
		"a compiler that takes .ts",
		{
			"tsconfig.json":
				'{ "compilerOptions": { "allowImportingTsExtensions": true } }',
		},
		"events.ts",
		"/provider.ts",
	],
	[
		"ESM",
		{ "tsconfig.json": "{}", "package.json": '{"type": "module"}' },
		"events.ts",
		"/provider.js",
	],
	[
		"a module in CommonJS",
		{ "tsconfig.json": "{}", "package.json": "{}" },
		"events.mts",
		"/provider.js",
	],
	[
		"CommonJS",
		{ "tsconfig.json": "{}", "package.json": "{}" },
		"events.ts",
		"/provider",
	],
])(
	"imports a source as the project does: %s",
	async (name, files, out, ending) => {
		const folder = name.replaceAll(" ", "-");
		const inside = Object.entries({ ...files, "x/.keep": "" }).map(
			([file, text]) => [`${folder}/${file}`, text],
		);
		somewhere.write(Object.fromEntries(inside));
		const file = join(folder, out);
		await generate("--out", join(project, file));
		expect(written(file)).toContain(`from "../providers/acme-bank${ending}";`);
		expect(written(file)).toContain('from "../providers/new/provider.js";');
	},
);

test("writes JavaScript without types, into a folder that is not there yet", async () => {
	await generate("--out", join(project, "src/events.js"));
	expect(written("src/events.js")).not.toMatch(/\btype\b [A-Z]|typeof/);
});

test("says what is wrong, and how to put it right", async () => {
	const empty = ["--providers", join(project, "providers/shared")];
	expect(await failed(...empty)).toContain("holds no provider");
	expect(await failed("--providers", "./nowhere")).toContain("no folder");
	expect(await failed("--out", "events.json")).toContain("takes a module");
	// a file in the way is no trouble of AWS's
	const inTheWay = join(project, "providers/acme-bank/provider.ts/events.ts");
	const said = await failed(
		"--providers",
		join(project, "providers"),
		"--out",
		inTheWay,
	);
	expect(said).toMatch(/ENOTDIR|EEXIST/);
	expect(said).not.toContain("AWS");
	const name = providerNames[0] ?? "";
	somewhere.write({ [`taken/${name}/provider.ts`]: inTypeScript(name) });
	expect(await failed("--providers", join(project, "taken"))).toContain(
		`${name} in `,
	);
	somewhere.write({ "torn/acme/provider.ts": "export default {" });
	expect(await failed("--providers", join(project, "torn"))).toContain(
		"cannot be bundled",
	);
});

async function failed(...words: string[]): Promise<string> {
	const { code, said } = await run(...words);
	expect(code).toBeGreaterThan(0);
	return said;
}

async function run(...words: string[]) {
	const stderr = new PassThrough();
	const code = await runBillhook(commands, ["generate", ...words], {
		stdin: new PassThrough(),
		stdout: new PassThrough(),
		stderr,
		environment: {},
		signal: new AbortController().signal,
	});
	stderr.end();
	return { code, said: await text(stderr) };
}
