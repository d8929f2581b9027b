import type { Installation } from "../installation/installation.ts";
import type { Installed } from "./answers.ts";
import { listPage } from "./events.ts";
import { readHealth } from "./health.ts";
import { follow } from "./live.ts";
import { listKinds, retry, showDelivery } from "./quarantine.ts";
import type { ConsoleOptions } from "./server.ts";
import { showEvent } from "./show.ts";
import { tellStory } from "./story.ts";

/** What the page may ask, and have done, of an installation. */
export function apiOf(
	installation: Installation,
): Pick<ConsoleOptions, "ask" | "act" | "live"> {
	const { called, folder, providers } = installation;
	const installed: Installed = {
		called,
		local: folder !== undefined,
		providers: [...providers.keys()]
			.sort()
			.map((provider) => ({ provider, examples: [] })),
	};
	return {
		ask: {
			installed: async () => installed,
			health: (parameters) =>
				readHealth(installation, parameters.get("provider") ?? ""),
			events: (parameters) => listPage(installation, parameters),
			quarantine: (parameters) => listKinds(installation, parameters),
			delivery: (parameters) =>
				showDelivery(installation, parameters.get("id") ?? ""),
			why: (parameters) => tellStory(installation, parameters),
			show: (parameters) => showEvent(installation, parameters),
		},
		act: {
			retry: (body, signal) => retry(installation, body, signal),
		},
		live: (signal) => follow(installation, signal),
	};
}
