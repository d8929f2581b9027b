import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { BillhookStack } from "../../infra/stack.ts";
import { openLocalCloud } from "../../local/cloud.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { type Typing, type } from "./billhook.ts";
import { configFor } from "./installation.ts";
import { temporaryFolder } from "./local-app.ts";

/** Synthesizes the tests' installation into a folder, with these providers or all. */
export function synthesizeInto(outdir: string, names?: readonly string[]) {
	const app = new App({ outdir });
	const providers =
		names && Object.fromEntries(names.map((name) => [name, {}]));
	new BillhookStack(app, { ...configFor("local"), providers });
	app.synth();
	// as in Lambda, where no package.json is around the bundles
	writeFileSync(join(outdir, "package.json"), '{ "type": "commonjs" }');
	return readAssembly(outdir);
}

/** As in AWS, but a batch that the queue does not take is given back after a second. */
function hurry(outdir: string): void {
	for (const name of readdirSync(outdir)) {
		if (!name.endsWith(".template.json")) continue;
		const template = JSON.parse(readFileSync(join(outdir, name), "utf8"));
		for (const [id, { Type, Properties }] of Object.entries<{
			Type: string;
			Properties: Record<string, unknown>;
		}>(template.Resources))
			if (Type === "AWS::Lambda::Function" && id.includes("Forward"))
				Properties.Timeout = 3;
		writeFileSync(join(outdir, name), JSON.stringify(template));
	}
}

/** The local cloud with some providers, and the command line beside it. */
export async function openRunning(names: readonly string[]) {
	await using stack = new AsyncDisposableStack();
	const folder = stack.use(temporaryFolder());
	const assembly = join(folder.path, "cdk.out");
	synthesizeInto(assembly, names);
	hurry(assembly);
	const data = join(folder.path, "data");
	const lines: string[] = [];
	let woken = Promise.withResolvers<void>();
	const cloud = stack.use(
		await openLocalCloud({
			data,
			assembly,
			port: 0,
			onLine(_, line) {
				lines.push(line);
				woken.resolve();
				woken = Promise.withResolvers();
			},
		}),
	);
	const opened = stack.move();
	return {
		addresses: cloud.addresses,
		own(name: string) {
			const own = cloud.addresses.providers[name];
			if (!own) throw new Error(`${name} is not installed.`);
			return own;
		},
		/** waits until a function has logged a line with all these texts */
		async logged(...texts: readonly string[]): Promise<string> {
			for (;;) {
				const found = lines.find((line) =>
					texts.every((text) => line.includes(text)),
				);
				if (found !== undefined) return found;
				await woken.promise;
			}
		},
		typed: (words: string | readonly string[], typing: Typing = {}) =>
			type(words, {
				...typing,
				environment: { BILLHOOK_DATA: data, ...typing.environment },
			}),
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}
