import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { askWatches } from "./address.ts";

export default defineCommand({
	name: "watch add",
	summary: "has a subject polled for until it is finished",
	description: `What the webhook should have brought is fetched on the poll's schedule. A subject that is watched already has
its deadline moved on.`,
	arguments: [
		{ name: "<provider>", says: "whose" },
		{ name: "<subject>", says: "the provider's own id of it" },
	],
	options: {
		...installationOptions,
		kind: {
			type: "string",
			value: "<kind>",
			says: "what the subject is, where a provider has several kinds",
		},
		reference: {
			type: "string",
			value: "<reference>",
			says: "what a callback names in place of the subject",
		},
		deadline: {
			type: "string",
			value: "<time>",
			says: "when it ends; in three days unless said",
		},
		...yesOption,
	},
	examples: [["watch add acme document-1 --yes", "ask for document-1"]],
	async run({ values, words, terminal, environment }) {
		const [provider = "", subject = ""] = words;
		const { kind, reference, deadline } = values;
		const installation = await findInstallation(values, environment);
		only(installation, provider);
		askConsent(
			{
				what: `A subject of ${provider} is watched in ${installation.called}`,
				count: 1,
				samples: [subject],
			},
			values,
			terminal,
		);
		const { status } = await askWatches(installation, provider, {
			method: "POST",
			body: { subject, kind, reference, deadline },
		});
		terminal.print(
			status === 201
				? `${subject} is watched`
				: `${subject} was watched already`,
		);
		return "done";
	},
});
