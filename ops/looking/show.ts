import * as z from "zod";
import { partsOf } from "../../functions/inbox/json-text.ts";
import {
	defineCommand,
	defineOptions,
	type Values,
} from "../command/command.ts";
import { idsOption, readIds } from "../command/ids.ts";
import { readTime } from "../command/period.ts";
import { printable, type Terminal } from "../command/terminal.ts";
import { readObject } from "../installation/bodies.ts";
import {
	cannotBeRead,
	EventRow,
	type StoredEvent,
} from "../installation/events.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { findEvent } from "../installation/find-event.ts";
import type { Installation } from "../installation/installation.ts";
import { Misuse } from "../trouble.ts";

const Shown = EventRow.extend({
	dataref: z.string().optional(),
	expires: z.string().meta({ description: "when the inbox forgets it" }),
	data: z.unknown().optional(),
});

export const searchOptions = defineOptions({
	provider: { type: "string", value: "<name>", says: "only in its inbox" },
	since: {
		type: "string",
		value: "<time>",
		says: "how far back an id is looked for; 31 days unless said",
	},
	until: { type: "string", value: "<time>", says: "to then; now unless said" },
});

const usualDays = 31;

export default defineCommand({
	name: "show",
	summary: "one event: its attributes, and the data that was handed on",
	description: `Data may hold personal data: it is printed here and written nowhere. --raw prints data as it
was handed on, byte for byte, with every digit. quarantine show prints what lies there.`,
	arguments: [{ name: "[<id …>]", says: "as events prints it" }],
	options: {
		...installationOptions,
		...searchOptions,
		...idsOption,
		raw: { type: "boolean", says: "its data alone, byte for byte" },
		message: {
			type: "boolean",
			says: "the message alone, as the queue carries it",
		},
		json: {
			type: "boolean",
			says: "one JSON object a line, for programs; numbers as JavaScript has them",
		},
	},
	examples: [
		["show AfC_4fKXrIsit0xg8HcB0ntm7IHa9UzcXPyw35yXThU", "all of it"],
		[
			"show AfC_4fKXrIsit0xg8HcB0ntm7IHa9UzcXPyw35yXThU --raw",
			"its data, for another program",
		],
		["show --ids - --json", "those that a list printed"],
	],
	line: Shown,
	async run({ values, words, terminal, environment }) {
		const ids = await readIds(words, values, terminal);
		if (ids.length === 0) throw new Misuse("Which event? Its id is missing.");
		const installation = await findInstallation(values, environment);
		let missing = 0;
		let unreadable = 0;
		for (const id of ids) {
			const event = await findById(installation, id, values, terminal);
			if (!event) missing++;
			else if (event.message === undefined) {
				unreadable++;
				showBeside(event, values, terminal);
			} else if (values.message) terminal.print(event.message);
			else await show(event, event.message, installation, values, terminal);
		}
		if (unreadable > 0) return "trouble";
		return missing > 0 ? "nothing" : "done";
	},
});

/** The event of an id; says where it was not found. */
export async function findById(
	installation: Installation,
	id: string,
	{ provider, since, until }: Values<typeof searchOptions>,
	terminal: Terminal,
): Promise<StoredEvent | undefined> {
	const now = new Date();
	const from = readTime("--since", since ?? `${usualDays}d`, now);
	const event = await findEvent(installation, id, {
		provider,
		since: from,
		until: until === undefined ? now : readTime("--until", until, now),
		onProgress: terminal.progress,
	});
	if (!event)
		terminal.note(
			`No event ${printable(id)} since ${from.toISOString()}; --since looks further back.`,
		);
	return event;
}

/** What stands beside an envelope that cannot be read. */
function showBeside(
	event: StoredEvent,
	{ raw, message, json }: { raw?: boolean; message?: boolean; json?: boolean },
	terminal: Terminal,
): void {
	terminal.note(`Of ${printable(event.id)} there is no data: ${cannotBeRead}.`);
	if (raw || message) return;
	const attributes = { ...EventRow.parse(event), expires: expiryOf(event) };
	if (json) terminal.print(JSON.stringify(attributes));
	else printAttributes(attributes, terminal);
}

function expiryOf({ expires }: StoredEvent): string {
	return new Date(expires * 1000).toISOString();
}

function printAttributes(attributes: object, terminal: Terminal): void {
	for (const [name, value] of Object.entries(attributes))
		if (value !== undefined)
			terminal.print(`${name.padEnd(13)}${printable(String(value))}`);
}

async function show(
	event: StoredEvent,
	message: string,
	installation: Installation,
	{ raw, json }: { raw?: boolean; json?: boolean },
	terminal: Terminal,
): Promise<void> {
	const { dataref } = JSON.parse(message) as { dataref?: string };
	const data =
		dataref === undefined
			? Buffer.from(partsOf(message).get("data") ?? "")
			: await readObject(installation, dataref);
	if (raw) return terminal.printBytes(data);
	const expires = expiryOf(event);
	const text = Buffer.from(data).toString();
	const attributes = { ...EventRow.parse(event), dataref, expires };
	if (json)
		return terminal.print(
			JSON.stringify({ ...attributes, data: JSON.parse(text) }),
		);
	printAttributes(attributes, terminal);
	terminal.print("");
	for (const line of text.split(/\r?\n/)) terminal.print(printable(line));
}
