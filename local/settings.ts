import type { Simulator } from "../functions/simulator/simulator.ts";
import type { LocalProvider } from "./addresses.ts";
import { together } from "./engines/region.ts";
import { loadExample } from "./examples.ts";
import {
	followSimulator,
	prepareSettings,
	type SettingsFile,
	settingsFile,
} from "./settings-files.ts";
import { openSimulator } from "./simulators.ts";
import type { Plan } from "./template/plan.ts";

export interface LocalSettings {
	files: readonly SettingsFile[];
	/** the addresses of the simulators, by provider */
	simulators: Readonly<Record<string, string>>;
	/** tells each simulator where its webhooks go */
	subscribe(providers: Readonly<Record<string, LocalProvider>>): Promise<void>;
}

export interface SettingsOptions {
	plan: Plan;
	folder: string;
	/** the addresses of the simulators at the last start, by provider */
	before: Readonly<Record<string, string>>;
}

/** Starts the built-in simulators, and writes the settings that are not there yet, which point to them. */
export async function openSettings(
	stack: AsyncDisposableStack,
	{ plan, folder, before }: SettingsOptions,
): Promise<LocalSettings> {
	const simulators = new Map<string, Simulator>();
	const files = await together(
		...plan.of("AWS::SecretsManager::Secret").map(async (secret) => {
			const file = settingsFile(folder, secret);
			if (file.holds === "webhook") {
				prepareSettings(file, secret);
				return file;
			}
			const last = before[file.provider];
			const simulator = await openSimulator(file.provider, last);
			prepareSettings(file, secret, simulator?.settings);
			if (simulator) {
				simulators.set(file.provider, stack.use(simulator));
				followSimulator(file, last, simulator.url);
			}
			return file;
		}),
	);
	return {
		files,
		simulators: Object.fromEntries(
			[...simulators].map(([provider, { url }]) => [provider, url]),
		),
		async subscribe(providers) {
			for (const [provider, { webhooks }] of simulators) {
				const url = providers[provider]?.webhook;
				const example = await loadExample(provider);
				if (url) webhooks.subscribe({ url, headers: example?.headers });
			}
		},
	};
}
