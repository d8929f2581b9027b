import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Provider } from "../functions/provider.ts";
import { providers as known } from "../functions/providers.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { BillhookProps, ProviderOptions } from "./props.ts";

const stagePattern = /^[a-z][a-z0-9-]{0,29}$/;
const watchHours = 72;

/** Invoices are paid after 30, 60, 90 days, and a list then shows all of a document. */
export const usualRetentionDays = 400;

/** CloudFormation takes 500 resources in a stack, of which a polled provider needs up to 34. */
export const mostProviders = 13;

export interface ChosenProvider extends ProviderOptions {
	provider: Provider;
}

export interface CheckedOptions {
	stage: string;
	retain: boolean;
	retentionDays: number;
	logRetention: RetentionDays;
	chosen: readonly ChosenProvider[];
}

/** The options with their defaults; throws with all that is wrong, each with a way out. */
export function checkOptions(props: BillhookProps): CheckedOptions {
	const options = {
		stage: props.stage ?? "prod",
		retain: props.retain ?? true,
		retentionDays: props.retentionDays ?? usualRetentionDays,
		logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
		chosen: choose(props.providers),
	};
	const wrong = [
		...wrongStage(options.stage),
		...wrongNames(props.providers),
		...wrongNumber(Object.keys(props.providers ?? known).length),
		...wrongRetention(options),
		...options.chosen.flatMap(wrongPoll),
	];
	if (wrong.length > 0)
		throw new ConfigurationError(
			`Billhook cannot be built:\n  - ${wrong.join("\n  - ")}`,
		);
	return options;
}

function choose(wanted: BillhookProps["providers"]): ChosenProvider[] {
	return known
		.filter(({ name }) => !wanted || wanted[name])
		.map((provider) => ({ provider, ...wanted?.[provider.name] }));
}

function wrongStage(stage: string): string[] {
	return stagePattern.test(stage)
		? []
		: [
				`stage is "${stage}"; it takes a lower-case letter, then up to 29 letters, digits and hyphens.`,
			];
}

function wrongNames(wanted: BillhookProps["providers"]): string[] {
	if (!wanted) return [];
	const names = known.map(({ name }) => name);
	const unknown = Object.keys(wanted).filter((name) => !names.includes(name));
	if (Object.keys(wanted).length === 0)
		return [`providers is empty; there are ${names.join(", ")}.`];
	return unknown.map(
		(name) => `there is no provider "${name}"; there are ${names.join(", ")}.`,
	);
}

function wrongNumber(providers: number): string[] {
	return providers <= mostProviders
		? []
		: [
				`there are ${providers} providers; one stack holds up to ${mostProviders}. Give the others a stage, and with it a stack, of their own.`,
			];
}

function wrongRetention({ retentionDays, chosen }: CheckedOptions): string[] {
	if (!Number.isInteger(retentionDays) || retentionDays < 1)
		return [`retentionDays is ${retentionDays}; it takes whole days, from 1.`];
	return chosen.flatMap(({ provider }) => {
		if (!provider.poll?.watches) return [];
		const days = watchHours / 24;
		return days < retentionDays
			? []
			: [
					`retentionDays is ${retentionDays}, but a watch of ${provider.name} lasts up to ${days} days and must end before its event is forgotten.`,
				];
	});
}

function wrongPoll({
	provider,
	pollEveryMinutes: every = 1,
	pollWindowMinutes: window = 0,
}: ChosenProvider): string[] {
	const wrong: string[] = [];
	if (!Number.isInteger(every) || every < 1 || every > 1440)
		wrong.push(
			`pollEveryMinutes of ${provider.name} is ${every}; it takes whole minutes, from 1 to 1440.`,
		);
	if (!Number.isInteger(window) || window < 0 || window > 1440)
		wrong.push(
			`pollWindowMinutes of ${provider.name} is ${window}; it takes whole minutes, up to 1440.`,
		);
	return wrong;
}
