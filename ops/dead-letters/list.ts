import { defineCommand } from "../command/command.ts";
import { type Column, listOptions, printList } from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import {
	countLetters,
	type Letter,
	LetterRow,
	noEvent,
	receiveLetters,
	release,
} from "./letters.ts";

const columns: readonly Column<LetterRow>[] = [
	{ title: "id", width: 43, of: ({ id }) => id },
	{ title: "sent", width: 24, of: ({ sent }) => sent },
	{ title: "received", width: 8, of: ({ receives }) => `${receives} ×` },
	{ title: "type", width: 32, of: ({ type }) => type },
	{ title: "subject", of: ({ subject }) => subject || noEvent },
];

export default defineCommand({
	name: "dead-letters list",
	summary: "messages that no consumer could handle",
	description: `SQS shows what it holds only to whoever receives it: each is received, looked at and let go. Of one subject
it shows the first few, and nothing behind them while they are looked at: there are at least as many as are
listed.`,
	options: {
		...installationOptions,
		provider: { type: "string", value: "<name>", says: "of this provider" },
		...listOptions,
	},
	examples: [
		["dead-letters list", "all that can be seen"],
		["dead-letters list --provider acme --json", "acme's, for a program"],
	],
	line: LetterRow,
	async run({ values, terminal, environment, signal }) {
		const installation = await findInstallation(values, environment);
		const letters: Letter[] = [];
		async function* rows() {
			const pages = receiveLetters(installation, values.provider);
			for await (const page of pages) {
				letters.push(...page);
				for (const letter of page) yield LetterRow.parse(letter);
			}
		}
		try {
			return await printList(rows(), { values, terminal, columns, signal });
		} finally {
			await release(installation, letters);
			if (letters.length > 0 && !values.json) {
				const known = await countLetters(installation, values.provider);
				const least = Math.max(known, letters.length);
				terminal.note(`There are at least ${least}.`);
			}
		}
	},
});
