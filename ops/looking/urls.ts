import * as z from "zod";
import type { Installed } from "../../functions/installed.ts";
import { defineCommand } from "../command/command.ts";
import { fitted, listOptions, printList } from "../command/list.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { choose, type Installation } from "../installation/installation.ts";
import { readToken } from "../installation/settings.ts";

export const WebhookUrl = z.object({
	provider: z.string(),
	event: z.string().optional().meta({
		description:
			"where a provider has one URL for each kind of event: the path behind the token",
	}),
	url: z.string(),
});
export type WebhookUrl = z.output<typeof WebhookUrl>;

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
			return fillUrls(name, own, token);
		}),
	);
	return urls.flat();
}

/** One URL, or one for each of the paths that may stand behind the token. */
export function fillUrls(
	provider: string,
	{ api, hook, paths }: Installed,
	token: string,
): WebhookUrl[] {
	const [beforeToken = ""] = hook.split("{token}");
	const url = api + beforeToken + token;
	if (!paths) return [{ provider, url }];
	return paths.map((event) => ({ provider, event, url: `${url}/${event}` }));
}
