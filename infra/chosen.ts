import { providers as known, usualProviders } from "../functions/providers.ts";
import type { Supplied } from "./build/bundle.ts";
import { placeOf, readFolder } from "./build/folder.ts";
import { ConfigurationError, type Mistake } from "./configuration-error.ts";
import type { BillhookProps, ProviderOptions } from "./props.ts";
import { nearestOf } from "./rules.ts";

/** CloudFormation takes 500 resources in a stack, of which a polled provider needs up to 34. */
export const mostProviders = 13;

export interface ChosenProvider extends ProviderOptions, Supplied {
	/** its folder, where it does not come with the package */
	folder?: string;
}

const names = known.map(({ name }) => name);

/** The providers that are wanted, in the order of their names; throws with all folders that hold none. */
export function chooseProviders(
	wanted: BillhookProps["providers"],
): ChosenProvider[] {
	if (!wanted) return usualProviders.map((provider) => ({ provider }));
	const mistakes: Mistake[] = [];
	const chosen = Object.entries(wanted).flatMap(([name, options]) => {
		try {
			return find(name, options);
		} catch (error) {
			if (!(error instanceof ConfigurationError)) throw error;
			mistakes.push(...error.mistakes);
			return [];
		}
	});
	if (mistakes.length > 0) throw new ConfigurationError(...mistakes);
	return chosen.sort((one, other) =>
		one.provider.name < other.provider.name ? -1 : 1,
	);
}

function find(name: string, options: ProviderOptions): ChosenProvider[] {
	if (options.from)
		return [
			{
				...options,
				...readFolder(name, options.from),
				folder: placeOf(options.from),
			},
		];
	return known
		.filter((provider) => provider.name === name)
		.map((provider) => ({ ...options, provider }));
}

/** What is wrong with the names, before any folder is looked into. */
export function wrongNames(
	wanted: Readonly<Record<string, unknown>>,
): Mistake[] {
	const mistakes = Object.entries(wanted).flatMap(([name, options]) =>
		wrongName(name, (options as ProviderOptions | undefined)?.from),
	);
	if (Object.keys(wanted).length === 0)
		mistakes.push({
			id: "billhook:no-provider",
			says: `providers is empty; there are ${names.join(", ")}.`,
		});
	return [...mistakes, ...wrongNumber(Object.keys(wanted).length)];
}

function wrongName(name: string, from: ProviderOptions["from"]): Mistake[] {
	const taken = known.find((provider) => provider.name === name);
	if (from && taken)
		return [
			{
				id: "billhook:provider-name-taken",
				says: `"${name}" of ${from} is also the name of a provider that comes with Billhook, "${name}" (${taken.documentation}). Give yours another name.`,
			},
		];
	if (from || taken) return [];
	return [
		{
			id: "billhook:unknown-provider",
			says: `there is no provider "${name}"; ${nearestOf(name, names)} One of your own needs its folder: from: "./providers/${name}".`,
		},
	];
}

export function wrongNumber(providers: number): Mistake[] {
	if (providers <= mostProviders) return [];
	return [
		{
			id: "billhook:too-many-providers",
			says: `there are ${providers} providers; one stack holds up to ${mostProviders}. Give the others a stage, and with it a stack, of their own.`,
		},
	];
}
