import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import { printable } from "../command/terminal.ts";
import { bodyOf, EntryRow, findEntry, rowOf } from "../installation/entries.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";

const Shown = EntryRow.extend({
	issues: z.array(z.object({ path: z.string(), message: z.string() })),
	path: z.record(z.string(), z.string()),
	headers: z.record(z.string(), z.string()),
	traceparent: z.string().optional(),
	body: z.string().meta({ description: "as UTF-8; --raw is byte for byte" }),
});

export default defineCommand({
	name: "quarantine show",
	summary: "one delivery that lies in quarantine: why, and what was sent",
	description: `A body may hold personal data: it is printed here and written nowhere. A header that equals a
secret was never kept.`,
	arguments: [{ name: "<id>", says: "as quarantine list --each prints it" }],
	options: {
		...installationOptions,
		raw: { type: "boolean", says: "the body alone, byte for byte" },
		json: { type: "boolean", says: "one JSON object, for programs" },
	},
	examples: [
		[
			"quarantine show uI3xTnDdEEMmQ05sNC_fDrUaHnO7wRyYIpRyuYzKqPA",
			"all of it",
		],
		[
			"quarantine show uI3xTnDdEEMmQ05sNC_fDrUaHnO7wRyYIpRyuYzKqPA --raw",
			"its body, for another program",
		],
	],
	line: Shown,
	async run({ values, words: [id = ""], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		const entry = await findEntry(installation, id);
		const bytes = await bodyOf(installation, entry);
		if (values.raw) {
			terminal.printBytes(bytes);
			return "done";
		}
		const row = rowOf(entry);
		const { issues, path, headers, traceparent } = entry;
		const body = Buffer.from(bytes).toString();
		if (values.json) {
			const shown = { ...row, issues, path, headers, traceparent, body };
			terminal.print(JSON.stringify(shown));
			return "done";
		}
		const say = (title: string, text: string) =>
			terminal.print(`${title.padEnd(9)}  ${printable(text)}`);
		say("id", row.id);
		say("provider", row.provider);
		say("reason", row.reason);
		for (const { path, message } of issues)
			say("why", path ? `${path}: ${message}` : message);
		say("first", row.first);
		say("last", `${row.last}, ${row.count} in all`);
		for (const [name, value] of Object.entries(path)) say(name, value);
		for (const [name, value] of Object.entries(headers))
			say("header", `${name}: ${value}`);
		if (traceparent) say("trace", traceparent);
		terminal.print("");
		for (const line of body.split(/\r?\n/)) terminal.print(printable(line));
		return "done";
	},
});
