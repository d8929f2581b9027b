import type { Installation } from "../installation/installation.ts";
import {
	listExamples,
	listLetters,
	listWatches,
	redrive,
	sendExample,
	stopWatch,
} from "./acting.ts";
import type { Installed } from "./answers.ts";
import { followRows, listPage } from "./events.ts";
import { readHealth } from "./health.ts";
import { listKinds, retry, showDelivery } from "./quarantine.ts";
import type { ConsoleOptions } from "./server.ts";
import { showEvent } from "./show.ts";
import { tellStory } from "./story.ts";

/** What the page may ask, and have done, of an installation. */
export function apiOf(
	installation: Installation,
): Pick<ConsoleOptions, "ask" | "act" | "live"> {
	const { called, folder, providers } = installation;
	const isLocal = folder !== undefined;

	async function installed(signal: AbortSignal): Promise<Installed> {
		const names = [...providers.keys()].sort();
		const examples = await Promise.all(
			names.map((name) =>
				isLocal ? listExamples(installation, name, signal) : [],
			),
		);
		return {
			called,
			local: isLocal,
			providers: names.map((provider, at) => ({
				provider,
				examples: examples[at] ?? [],
			})),
		};
	}

	return {
		ask: {
			installed: (_, signal) => installed(signal),
			health: (parameters) =>
				readHealth(installation, parameters.get("provider") ?? ""),
			events: (parameters) => listPage(installation, parameters),
			quarantine: (parameters) => listKinds(installation, parameters),
			delivery: (parameters) =>
				showDelivery(installation, parameters.get("id") ?? ""),
			"dead-letters": (parameters, signal) =>
				listLetters(installation, parameters.get("provider") ?? "", signal),
			watches: (parameters, signal) =>
				listWatches(
					installation,
					parameters.get("provider") || undefined,
					signal,
				),
			why: (parameters) => tellStory(installation, parameters),
			show: (parameters) => showEvent(installation, parameters),
		},
		act: {
			retry: (body, signal) => retry(installation, body, signal),
			redrive: (body, signal) => redrive(installation, body, signal),
			unwatch: (body, signal) => stopWatch(installation, body, signal),
			...(isLocal && {
				send: (body: unknown, signal: AbortSignal) =>
					sendExample(installation, body, signal),
			}),
		},
		live: (signal) => followRows(installation, signal),
	};
}
