import { text } from "node:stream/consumers";
import { nearest } from "../../functions/nearest.ts";
import { readSecret, SettingsUnreadable } from "../../functions/secret.ts";
import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { loadDeclaration } from "../installation/declared.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { Misuse, Trouble } from "../trouble.ts";
import {
	type Kind,
	readSecrets,
	shapesOf,
	theOne,
	writeSecret,
} from "./secrets.ts";

const tokens = ["token", "previousToken"];

export default defineCommand({
	name: "settings set",
	summary:
		"sets fields of a provider's secrets, once they are what it declares",
	description: `Which of the two secrets a field belongs into is known. A field that nobody declared, or whose value cannot be
read, is refused before anything is written. A value of - is read from stdin, so that no secret stands in the
shell's history; one of nothing (field=) takes the field away. Functions read a change within five minutes.`,
	arguments: [
		{ name: "<provider>", says: "whose" },
		{ name: "<field=value …>", says: "what is set; field=- reads stdin" },
	],
	options: { ...installationOptions, ...yesOption },
	examples: [
		["settings set acme zone=+05:30 --yes", "one that is no secret"],
		["settings set acme apiKey=- --yes < key.txt", "one that is"],
	],
	async run({ values, words: [name = "", ...typed], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		only(installation, name);
		const shapes = shapesOf(await loadDeclaration(name));
		const changes = typed.map(readChange);
		if (changes.filter(({ value }) => value === "-").length > 1)
			throw new Misuse("stdin holds one value; set one field=- at a time.");
		const held = await readSecrets(installation, name);
		const touched = new Map<Kind, Record<string, unknown>>();
		for (const { field, value } of changes) {
			const kind = kindOf(field, shapes);
			const now = touched.get(kind) ?? { ...theOne(held, kind).values };
			touched.set(kind, now);
			if (value === "") delete now[field];
			else
				now[field] =
					value === "-" ? await onStdin(field, terminal.stdin) : parse(value);
		}
		for (const [kind, now] of touched)
			touched.set(kind, fitting(now, shapes[kind], kind));
		askConsent(
			{
				what: `Of ${name}, in ${installation.called}`,
				count: changes.length,
				samples: changes.map(({ field, value }) =>
					value === "" ? `${field} is taken away` : `${field} is set`,
				),
			},
			values,
			terminal,
		);
		for (const [kind, now] of touched)
			await writeSecret(installation, {
				arn: theOne(held, kind).arn,
				values: now,
			});
		terminal.note("Written. Functions read it within five minutes.");
		return "done";
	},
});

type Shapes = ReturnType<typeof shapesOf>;

function readChange(typed: string): { field: string; value: string } {
	const at = typed.indexOf("=");
	// the word may be a value that was mistyped: it is not repeated
	if (at < 1) throw new Misuse("A setting is typed as field=value.");
	return { field: typed.slice(0, at), value: typed.slice(at + 1) };
}

function kindOf(field: string, shapes: Shapes): Kind {
	if (tokens.includes(field))
		throw new Misuse(`A token is changed by token rotate, not here.`);
	for (const kind of ["webhook", "api"] as const)
		if (shapes[kind].holds.includes(field)) return kind;
	const known = [...shapes.webhook.holds, ...shapes.api.holds].filter(
		(name) => !tokens.includes(name),
	);
	const meant = nearest(field, known);
	throw new Misuse(
		`There is no setting "${field.slice(0, 40)}"; ${meant ? `is ${meant} meant?` : `there are ${known.join(", ")}.`}`,
	);
}

async function onStdin(
	field: string,
	stdin: Parameters<typeof text>[0],
): Promise<string> {
	// echo and most files end in a line's end, and no secret does
	const value = (await text(stdin)).replace(/\r?\n$/, "");
	if (value !== "") return value;
	throw new Misuse(`Nothing came from stdin for ${field}.`);
}

/** An object or a list is typed as JSON; all else is text, which a schema may read as it likes. */
function parse(value: string): unknown {
	if (!/^[{[]/.test(value)) return value;
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

/** As it will be read; texts that should be a number or a switch are one. */
function fitting(
	values: Record<string, unknown>,
	shape: Shapes[Kind],
	kind: Kind,
): Record<string, unknown> {
	const tries = [values, withPlainValues(values)];
	let complaints: readonly string[] = [];
	for (const tried of tries)
		try {
			readSecret(JSON.stringify(tried), shape as Shapes["api"]);
			return tried;
		} catch (error) {
			if (!(error instanceof SettingsUnreadable)) throw error;
			complaints = error.complaints;
		}
	throw new Trouble(
		`Nothing was written, for the ${kind} secret would be unreadable: ${complaints.join("; ")}.`,
	);
}

function withPlainValues(values: Record<string, unknown>) {
	return Object.fromEntries(
		Object.entries(values).map(([field, value]) => [
			field,
			typeof value === "string" && /^(true|false|-?\d+(\.\d+)?)$/.test(value)
				? JSON.parse(value)
				: value,
		]),
	);
}
