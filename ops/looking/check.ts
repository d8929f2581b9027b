import { defineCommand } from "../command/command.ts";
import { fitted, listOptions, printList } from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { choose } from "../installation/installation.ts";
import { aspects, Checked, checkProvider } from "../story/check.ts";

export default defineCommand({
	name: "check",
	summary:
		"each provider's registration, proofs, credentials, poll, queue and lag",
	description: `One line a provider: what is broken and the command that mends it, else how it is. What nobody
has set up yet is not broken. Ends with 1 where something is broken.`,
	arguments: [{ name: "[<provider>]", says: "this one only" }],
	options: { ...installationOptions, json: listOptions.json },
	examples: [
		["check", "all of them"],
		["check acme --json", "one of them with all that was looked at"],
	],
	line: Checked,
	async run({ values, words: [provider], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		const now = new Date();
		terminal.progress(`looking at ${installation.called}`);
		const rows = await Promise.all(
			choose(installation, provider).map(([name]) =>
				checkProvider(installation, name, now),
			),
		);
		const columns = fitted<Checked>(
			[
				{ title: "provider", of: (row) => row.provider },
				{ title: "state", of: ({ good }) => (good ? "good" : "BROKEN") },
				{ title: "", of: sayRow },
			],
			rows,
		);
		await printList(rows, { values, terminal, columns });
		return rows.every(({ good }) => good) ? "done" : "trouble";
	},
});

/** What is broken, else all of it. */
function sayRow(row: Checked): string {
	const all = aspects.map((name) => ({ name, ...row[name] }));
	const broken = all.filter(({ state }) => state === "bad");
	return (broken.length > 0 ? broken : all)
		.map(({ name, says, mend, state }) =>
			[`${name}: ${says}`, state === "good" ? undefined : mend]
				.filter(Boolean)
				.join(" → "),
		)
		.join("; ");
}
