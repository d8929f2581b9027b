import { readFileSync } from "node:fs";
import * as z from "zod";
import { readSecret, webhookSecret } from "../../functions/secret.ts";
import { defineCommand } from "../command/command.ts";
import { readTime } from "../command/period.ts";
import { loadDeclaration } from "../installation/declared.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { objectOf, readSettings } from "../installation/settings.ts";
import { Misuse, Trouble } from "../trouble.ts";
import { explain } from "./explain.ts";

const VerdictRow = z.object({
	proof: z.string(),
	shown: z.boolean(),
	says: z.array(z.string()),
});

// nobody's, and long enough for a file of settings that leaves it out
const anyToken = "-".repeat(43);

export default defineCommand({
	name: "verify",
	summary: "says which part of a delivery's proof differs, from files",
	description: `Nothing is sent, and no secret is printed. The headers' file holds one a line, as "name: value", or a JSON
object; the body's, the bytes as they came. The settings are the installation's, or those of a file, with which
nothing is asked at all.`,
	arguments: [{ name: "<provider>", says: "whose" }],
	options: {
		...installationOptions,
		headers: {
			type: "string",
			value: "<file>",
			says: "the delivery's headers",
		},
		body: { type: "string", value: "<file>", says: "its body" },
		settings: {
			type: "string",
			value: "<file>",
			says: "what the webhook secret holds, as JSON",
		},
		at: {
			type: "string",
			value: "<time>",
			says: "when it came; now unless said",
		},
		json: { type: "boolean", says: "one JSON object a proof, for programs" },
	},
	examples: [
		[
			"verify acme --headers headers.txt --body body.json --at 2h",
			"what was refused two hours ago",
		],
	],
	line: VerdictRow,
	async run({ values, words: [name = ""], terminal, environment }) {
		const provider = await loadDeclaration(name);
		const headers = readHeaders(needed("--headers", values.headers));
		const bytes = read(needed("--body", values.body));
		const now = new Date();
		const receivedAt =
			values.at === undefined ? now : readTime("--at", values.at, now);
		const held =
			values.settings === undefined
				? await ofInstallation()
				: parse(values.settings);
		const settings = readSecret(
			JSON.stringify({ token: anyToken, ...held }),
			webhookSecret(provider),
		);
		const proofs = provider.proofs(settings);
		if (proofs.length === 0)
			terminal.note(`By these settings ${name} need show no proof.`);
		const verdicts = proofs.map((proof) =>
			explain(proof, { headers, bytes, receivedAt }),
		);
		for (const verdict of verdicts) {
			const { proof, shown, says } = verdict;
			if (values.json) terminal.print(JSON.stringify(verdict));
			else terminal.print(`${shown ? "right" : "wrong"}  ${proof}`);
			if (!values.json)
				for (const line of says) terminal.print(`       ${line}`);
		}
		return verdicts.every(({ shown }) => shown) ? "done" : "trouble";

		async function ofInstallation() {
			const installation = await findInstallation(values, environment);
			const { secrets } = only(installation, name);
			return readSettings(installation, secrets.webhook);
		}
	},
});

function needed(option: string, value: string | undefined): string {
	if (value !== undefined) return value;
	throw new Misuse(`${option} is missing: a file.`);
}

function read(file: string): Uint8Array {
	try {
		return readFileSync(file);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new Trouble(`${file} cannot be read (${code}).`);
	}
}

function parse(file: string): Record<string, unknown> {
	const held = objectOf(Buffer.from(read(file)).toString());
	if (held) return held;
	throw new Trouble(`${file} holds no JSON object.`);
}

/** Names in lower case. */
function readHeaders(file: string): Record<string, string> {
	const text = Buffer.from(read(file)).toString();
	const pairs: [string, unknown][] = text.trimStart().startsWith("{")
		? Object.entries(parse(file))
		: text.split(/\r?\n/).flatMap((line): [string, string][] => {
				const at = line.indexOf(":");
				return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()]] : [];
			});
	return Object.fromEntries(
		pairs.map(([name, value]) => [name.trim().toLowerCase(), String(value)]),
	);
}
