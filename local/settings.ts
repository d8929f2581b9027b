import type { Provider } from "../functions/provider.ts";
import type { LocalProvider } from "./addresses.ts";
import { loadCompanion } from "./companions.ts";
import { together } from "./engines/region.ts";
import {
	followSimulator,
	prepareSettings,
	type SettingsFile,
	settingsFile,
} from "./settings-files.ts";
import { openSimulator, signerOf } from "./simulators.ts";
import type { Plan } from "./template/plan.ts";

export interface LocalSettings {
	files: readonly SettingsFile[];
	/** the addresses of the simulators, by provider */
	simulators: Readonly<Record<string, string>>;
	/** tells each simulator where its webhooks go */
	subscribe(providers: Readonly<Record<string, LocalProvider>>): void;
}

export interface SettingsOptions {
	plan: Plan;
	folder: string;
	/** the addresses of the simulators at the last start, by provider */
	before: Readonly<Record<string, string>>;
}

/** Starts the providers' simulators, and writes the settings that are not there yet, which point to them. */
export async function openSettings(
	stack: AsyncDisposableStack,
	{ plan, folder, before }: SettingsOptions,
): Promise<LocalSettings> {
	const secrets = plan
		.of("AWS::SecretsManager::Secret")
		.map((secret) => ({ secret, file: settingsFile(folder, secret) }));
	const names = new Set(secrets.map(({ file }) => file.provider));
	const whose = (provider: string) => ({
		provider,
		folder: plan.folders[provider],
	});
	const declared = new Map(
		await together(
			...[...names].map(
				async (name) =>
					[
						name,
						await loadCompanion<Provider>(whose(name), "provider"),
					] as const,
			),
		),
	);
	const opened = await together(
		...[...names].map(async (name) => {
			const simulator = await openSimulator(whose(name), before[name]);
			return simulator && ([name, stack.use(simulator)] as const);
		}),
	);
	const simulators = new Map(opened.filter((one) => one !== undefined));
	for (const { secret, file } of secrets) {
		const simulator = simulators.get(file.provider);
		const isApi = file.holds === "api";
		prepareSettings(file, secret, isApi ? simulator?.settings : undefined);
		if (isApi && simulator)
			followSimulator(file, before[file.provider], simulator.url);
	}
	const files = secrets.map(({ file }) => file);
	return {
		files,
		simulators: Object.fromEntries(
			[...simulators].map(([provider, { url }]) => [provider, url]),
		),
		subscribe(providers) {
			for (const { provider, holds, file } of files) {
				const url = providers[provider]?.webhook;
				if (url === undefined || holds !== "webhook") continue;
				const sign = signerOf(declared.get(provider), file);
				simulators.get(provider)?.webhooks.subscribe({ url, sign });
			}
		},
	};
}
