import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { askWatches } from "./address.ts";

export default defineCommand({
	name: "watch stop",
	summary: "ends a watch before its time",
	arguments: [
		{ name: "<provider>", says: "whose" },
		{ name: "<subject>", says: "as watch list prints it" },
	],
	options: {
		...installationOptions,
		kind: {
			type: "string",
			value: "<kind>",
			says: "as watch list prints it, where a provider has several kinds",
		},
		...yesOption,
	},
	examples: [
		["watch stop acme document-1 --yes", "ask no more for document-1"],
	],
	async run({ values, words, terminal, environment }) {
		const [provider = "", subject = ""] = words;
		const installation = await findInstallation(values, environment);
		only(installation, provider);
		askConsent(
			{
				what: `A watch of ${provider} ends in ${installation.called}`,
				count: 1,
				samples: [subject],
			},
			values,
			terminal,
		);
		const { status } = await askWatches(installation, provider, {
			method: "DELETE",
			query: { subject, ...(values.kind && { kind: values.kind }) },
			accepts: [404],
		});
		if (status === 404) {
			terminal.note("Nothing is watched under that subject.");
			return "nothing";
		}
		terminal.print(`${subject} is watched no more`);
		return "done";
	},
});
