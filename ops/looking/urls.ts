import { defineCommand } from "../command/command.ts";
import { fitted, listOptions, printList } from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { choose, type Installation } from "../installation/installation.ts";
import { readToken, urlsWith, WebhookUrl } from "../installation/settings.ts";

export default defineCommand({
	name: "urls",
	summary: "the webhook URLs to give to the providers",
	description: `Each holds a secret token: whoever knows it can send. A provider whose bodies do not
say which event they are has one URL for each event.`,
	arguments: [{ name: "[<provider>]", says: "of this one only" }],
	options: { ...installationOptions, ...listOptions },
	examples: [
		["urls", "all of them"],
		["urls acme --stage prod --json", "one provider's, for a program"],
	],
	line: WebhookUrl,
	async run({ values, words: [provider], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		const urls = await readUrls(installation, provider);
		const columns = fitted<WebhookUrl>(
			[
				{ title: "provider", of: (row) => row.provider },
				{ title: "event", of: (row) => row.event },
				{ title: "url", of: (row) => row.url },
			],
			urls,
		);
		return printList(urls, { values, terminal, columns });
	},
});

/** Every webhook URL of an installation, tokens included. */
export async function readUrls(
	installation: Installation,
	provider?: string,
): Promise<WebhookUrl[]> {
	const urls = await Promise.all(
		choose(installation, provider).map(async ([name, own]) => {
			const token = await readToken(installation, own.secrets.webhook);
			return urlsWith(name, own, token);
		}),
	);
	return urls.flat();
}
