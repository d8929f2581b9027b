import * as z from "zod";
import type { Installed } from "../../functions/installed.ts";

export const WebhookUrl = z.object({
	provider: z.string(),
	event: z.string().optional().meta({
		description:
			"where a provider has one URL for each kind of event: the path behind the token",
	}),
	url: z.string(),
});
export type WebhookUrl = z.output<typeof WebhookUrl>;

/** One URL with this token, or one for each of the paths that may stand behind it. */
export function urlsWith(
	provider: string,
	{ api, hook, paths }: Installed,
	token: string,
): WebhookUrl[] {
	const [beforeToken = ""] = hook.split("{token}");
	const url = api + beforeToken + token;
	if (!paths) return [{ provider, url }];
	return paths.map((event) => ({ provider, event, url: `${url}/${event}` }));
}
