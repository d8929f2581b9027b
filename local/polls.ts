import { says } from "./gateway/gateway.ts";
import type { HttpAnswer } from "./gateway/gateway-event.ts";
import type { InstalledProvider } from "./installed.ts";
import type { Runtime } from "./runtime.ts";

export const pollPath = "/_local/poll/";

/** The addresses that fire a poll's schedule now, and answer what its run did. */
export function pollsOf(
	installed: readonly InstalledProvider[],
	{ invoke }: Runtime,
) {
	return (method: string, path: string): Promise<HttpAnswer> | undefined => {
		if (!path.startsWith(pollPath)) return undefined;
		const name = path.slice(pollPath.length);
		const target = installed.find(({ provider }) => provider === name)?.schedule
			?.Target;
		if (!target) return Promise.resolve(says(404, `${name} has no poll.`));
		if (method !== "POST")
			return Promise.resolve(says(405, "POST fires the poll."));
		return invoke(target.Arn, JSON.parse(target.Input)).then((invoked) => ({
			status: "payload" in invoked ? 200 : 502,
			headers: { "content-type": "application/json" },
			cookies: [],
			body: Buffer.from(
				"payload" in invoked ? invoked.payload : JSON.stringify(invoked.error),
			),
		}));
	};
}
