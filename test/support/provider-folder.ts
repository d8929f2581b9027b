import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./local-app.ts";

const packages = join(import.meta.dirname, "../../node_modules");

/** A folder somewhere else, where npm has installed what is installed here. */
export function elsewhere() {
	const folder = temporaryFolder();
	symlinkSync(packages, join(folder.path, "node_modules"));
	return {
		...folder,
		write(files: Readonly<Record<string, string>>): string {
			for (const [name, text] of Object.entries(files)) {
				const file = join(folder.path, name);
				mkdirSync(dirname(file), { recursive: true });
				writeFileSync(file, text);
			}
			return folder.path;
		},
		[Symbol.dispose]: () => folder[Symbol.dispose](),
	};
}

/** The declaration of a provider, as text; some of it another. */
export function declaration(
	name: string,
	other: Readonly<Record<string, string>> = {},
): string {
	const fields = {
		name: JSON.stringify(name),
		documentation: JSON.stringify(`https://${name}.example/webhooks`),
		settings: "z.object({ key: z.string().optional() })",
		proofs: '({ key }) => equals("x-key", key)',
		path: "[]",
		answer: '{ status: "ok" }',
		events: '{ "bill.paid": Paid, unrecognized: z.looseObject({}) }',
		read: '({ json }) => { const { id } = Paid.parse(json); return { event: { type: "bill.paid", subject: id, identity: once(id) } }; }',
		...other,
	};
	const lines = Object.entries(fields).map(([key, text]) => `${key}: ${text}`);
	return `{ ${lines.join(",\n")} }`;
}

const paid = "const Paid = z.looseObject({ id: z.string().min(1) });";

/** provider.ts, as somebody would write it. */
export function inTypeScript(
	name: string,
	other?: Readonly<Record<string, string>>,
): string {
	return `import * as z from "zod";
import { defineProvider, equals, expectShape, once } from "billhook/provider";
${paid}
export default defineProvider(${declaration(name, other)});
`;
}

/** The same in CommonJS. */
export function inCommonJs(
	name: string,
	other?: Readonly<Record<string, string>>,
): string {
	return `const z = require("zod");
const { defineProvider, equals, expectShape, once } = require("billhook/provider");
${paid}
module.exports = defineProvider(${declaration(name, other)});
`;
}
