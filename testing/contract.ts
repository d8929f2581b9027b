import type { Example, Provider } from "../functions/provider.ts";
import type { ContractCase } from "./case.ts";
import { deliveryCases } from "./delivery-cases.ts";
import { openTrialInbox, type TrialInbox } from "./inbox.ts";
import { readingCases } from "./reading-cases.ts";
import { settingsCases } from "./settings-cases.ts";

export type { ContractCase } from "./case.ts";

/** Every law that a provider and its example have to keep, for any test runner; inboxes are opened as `npm start` finds its engine, unless told how. */
export function contractOf(
	provider: Provider,
	example: Example | undefined,
	open: () => Promise<TrialInbox> = openTrialInbox,
): ContractCase[] {
	if (!example) return [withoutExample(provider)];
	return [
		...settingsCases(provider, example),
		...readingCases(provider, example),
		...deliveryCases(provider, example, open),
	];
}

function withoutExample({ name }: Provider): ContractCase {
	return {
		name: "has an example",
		async run() {
			throw new Error(
				`${name} has no example. Put an example.ts beside its provider.ts, whose default export holds settings, headers and a delivery for each type of event.`,
			);
		},
	};
}
